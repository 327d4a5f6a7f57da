import type { Context } from 'hono'
import type { Bindings, Settings } from '../env.ts'
import type { IsolateMemory } from '../isolate-memory.ts'
import type { By } from '../storage/audit.ts'
import type { VerifiedAsk } from '../storage/openings.ts'

/** Hono's type parameter of the app: the bindings, and what a request carries from one handler to the next. */
export interface AppEnv {
  Bindings: Bindings
  Variables: {
    requestId: string
    /** The edge's own origin, from the request's URL alone: forwarded headers can be forged. */
    edge: string
    settings: Settings
    /** Of the isolate that answers. */
    memory: IsolateMemory
    /** Digest of the admin key; set only where the access is `admin`. */
    actor: string
    /** What the request for a session names, once its token is verified: openings are counted by it. */
    verifiedAsk: VerifiedAsk | undefined
    /** Whether the answer is a static file. */
    isFile: boolean | undefined
  }
}

/** Who makes a change, as the audit keeps it: enough of the key's digest to tell keys apart. */
export function by(c: Context<AppEnv>): By {
  return { actor: c.get('actor').slice(0, 12), requestId: c.get('requestId') }
}
