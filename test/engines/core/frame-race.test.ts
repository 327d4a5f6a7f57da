import { test } from 'vitest'
import { prepareCore } from './core.ts'
import { expectNothingRead } from './strike.ts'

prepareCore()

test('strikes at ten moments, on one site and on three, read nothing of Biuwer’s', () =>
  expectNothingRead([0, 20]))
