import { edgeApp } from './app.ts'
import type { Bindings } from './env.ts'
import { IsolateMemory } from './isolate-memory.ts'

export { TokenRegistry } from './storage/registry.ts'
export { SpentTokens } from './storage/spent-tokens.ts'

const app = edgeApp(new IsolateMemory())

export default { fetch: app.fetch } satisfies ExportedHandler<Bindings>
