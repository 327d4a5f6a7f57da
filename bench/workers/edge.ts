import { edgeApp } from '../../worker/app.ts'
import type { Bindings } from '../../worker/env.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'

export { TokenRegistry } from '../../worker/storage/registry.ts'
export { SpentTokens } from '../../worker/storage/spent-tokens.ts'

/**
 * The edge itself. Its rate limiter, its counts and its log go nowhere here: their local stand-ins, a pipe to this
 * very machine's Node among them, are many times slower than what Cloudflare runs, and would be what is measured.
 */
console.log = () => {}

export function without(env: Bindings): Bindings {
  return {
    ...env,
    SESSION_LIMITER: { limit: async () => ({ success: true }) },
    EVENTS: { writeDataPoint: () => {} },
  }
}

const app = edgeApp(new IsolateMemory())
let bindings: Bindings | undefined
export default {
  fetch(request: Request, env: Bindings, ctx: ExecutionContext) {
    bindings ??= without(env)
    return app.fetch(request, bindings, ctx)
  },
}
