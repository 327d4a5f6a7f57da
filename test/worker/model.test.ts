import { reset } from 'cloudflare:test'
import fc from 'fast-check'
import { afterEach, expect, inject, test, vi } from 'vitest'
import { steps } from './life.ts'
import { seed } from './seed.ts'
import { USERS, World } from './world.ts'

/**
 * Random lives of a deployment against the model of `world.ts`. Three locations, KV late, slow and out of order between them, objects that are evicted, that can not
 * be reached or whose answers are lost, requests at once, time that passes.
 */

afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

/** Each step is a request to the real worker, its objects and its clock. */
const RUNS = inject('thorough') ? 200 : 25
const STEPS = 80

test(`whatever happens in whatever order, no promise is broken (SEED=${seed})`, {
  timeout: 240_000,
}, async () => {
  let opened = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: STEPS / 2, maxLength: STEPS }),
      fc.nat(),
      async (life, chance) => {
        const world = new World(chance)
        world.pass(0)
        for (const name of USERS) await world.link(name, false)
        for (const step of life) await step(world)
        opened += world.opened
      },
    ),
    { numRuns: RUNS, seed },
  )
  // A model in which nothing opens proves nothing.
  expect(opened).toBeGreaterThan(RUNS)
})
