import { edgeApp } from '../../worker/app.ts'
import type { Bindings } from '../../worker/env.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'
import { OpeningNotes } from '../../worker/storage/opening-notes.ts'
import { withoutLimiter } from './without-limiter.ts'

export { OpeningLog } from '../../worker/storage/opening-log.ts'
export { TokenRegistry } from '../../worker/storage/registry.ts'
export { SessionBiuwerTokens } from '../../worker/storage/session-biuwer-tokens.ts'
export { SpentTokens } from '../../worker/storage/spent-tokens.ts'

/** Notes nothing. */
class Forgetful extends OpeningNotes {
  override count(): void {}
  override keep(): void {}
  override writeBehind(): void {}
}

/** The edge, without its log, and without counting what it opens. */
console.log = () => {}

const app = edgeApp(new IsolateMemory(new Forgetful()))
let bindings: Bindings | undefined
export default {
  fetch(request: Request, env: Bindings, ctx: ExecutionContext) {
    bindings ??= withoutLimiter(env)
    return app.fetch(request, bindings, ctx)
  },
}
