import { test } from 'vitest'
import { prepareCore } from '../core/core.ts'
import { expectNothingRead } from '../core/strike.ts'

prepareCore()

test('a hundred strikes at as many moments read nothing of Biuwer’s', { timeout: 120_000 }, () =>
  expectNothingRead(Array.from({ length: 10 }, (_, round) => round * 4)),
)
