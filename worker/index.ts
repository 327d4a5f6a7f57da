import { edgeApp } from './app.ts'
import { type Bindings, readSettings } from './env.ts'
import { IsolateMemory } from './isolate-memory.ts'
import { refreshBiuwerTokens } from './source/refresh.ts'

export { OpeningLog } from './storage/opening-log.ts'
export { TokenRegistry } from './storage/registry.ts'
export { SessionBiuwerTokens } from './storage/session-biuwer-tokens.ts'
export { SpentTokens } from './storage/spent-tokens.ts'

const memory = new IsolateMemory()
const app = edgeApp(memory)

export default {
  fetch: app.fetch,
  /** The cron trigger: Biuwer tokens that the token source makes ahead of time. */
  async scheduled(_, env) {
    memory.settings ??= await readSettings(env)
    await refreshBiuwerTokens(env, memory.settings)
  },
} satisfies ExportedHandler<Bindings>
