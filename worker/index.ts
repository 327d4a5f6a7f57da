import { app } from './app.ts'
import type { Bindings } from './env.ts'

export { TokenRegistry } from './storage/registry.ts'
export { SpentTokens } from './storage/spent-tokens.ts'

export default { fetch: app.fetch } satisfies ExportedHandler<Bindings>
