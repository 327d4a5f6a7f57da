import { IsolateMemory } from '../../worker/isolate-memory.ts'
import { OpeningNotes } from '../../worker/storage/opening-notes.ts'
import { edgeWithoutLimiter } from './without-limiter.ts'

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

export default edgeWithoutLimiter(new IsolateMemory(new Forgetful()))
