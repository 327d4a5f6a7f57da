import { edgeApp } from '../../worker/app.ts'
import type { Bindings } from '../../worker/env.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'
import { withoutLimiter } from './without-limiter.ts'

export { OpeningLog } from '../../worker/storage/opening-log.ts'
export { TokenRegistry } from '../../worker/storage/registry.ts'
export { SessionBiuwerTokens } from '../../worker/storage/session-biuwer-tokens.ts'
export { SpentTokens } from '../../worker/storage/spent-tokens.ts'

/**
 * The edge, without its log: locally that is a pipe to Node, many times slower than Cloudflare's log, and would be
 * what is measured.
 */
console.log = () => {}

const app = edgeApp(new IsolateMemory())
let bindings: Bindings | undefined
export default {
  fetch(request: Request, env: Bindings, ctx: ExecutionContext) {
    bindings ??= withoutLimiter(env)
    return app.fetch(request, bindings, ctx)
  },
}
