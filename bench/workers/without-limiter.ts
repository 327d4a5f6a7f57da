import { edgeApp } from '../../worker/app.ts'
import type { Bindings } from '../../worker/env.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'

/** The edge, without its rate limiter. */
export function edgeWithoutLimiter(memory = new IsolateMemory()) {
  const app = edgeApp(memory)
  let bindings: Bindings | undefined
  return {
    fetch(request: Request, env: Bindings, ctx: ExecutionContext) {
      bindings ??= withoutLimiter(env)
      return app.fetch(request, bindings, ctx)
    },
  }
}

/**
 * Replaces the rate limiter by one that does nothing: the local stand-in is many times slower than Cloudflare's, and would be
 * what is measured.
 */
export function withoutLimiter(env: Bindings): Bindings {
  return { ...env, SESSION_LIMITER: { limit: async () => ({ success: true }) } }
}
