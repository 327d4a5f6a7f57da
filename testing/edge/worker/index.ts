/** The deployment's own worker, with a clock that a test can set ahead. */

import worker from 'biuwer-embed/worker'
import type { Bindings } from '../../../worker/env.ts'
import { setAhead } from './moving-clock.ts'

export * from 'biuwer-embed/worker'

interface TestBindings extends Bindings {
  /** The address at which the clock is set: random, so that nobody else finds it. */
  CLOCK_PATH: string
}

export default {
  ...worker,
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== env.CLOCK_PATH) return worker.fetch(request, env, context)
    setAhead(Number(await request.text()))
    return new Response(null, { status: 204 })
  },
} satisfies ExportedHandler<TestBindings>
