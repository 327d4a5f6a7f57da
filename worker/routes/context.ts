import type { Context } from 'hono'
import type { Bindings, Settings } from '../env.ts'
import type { IsolateMemory } from '../isolate-memory.ts'
import type { Caller } from '../policy/caller.ts'
import type { By } from '../storage/audit.ts'
import type { VerifiedAsk } from './note-openings.ts'

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
    /** Whose key the request came with; set only where the address takes keys. */
    caller: Caller
    /** What the request for a session names, once the signature of its token holds: openings are noted by it. */
    verifiedAsk: VerifiedAsk | undefined
    /** Whether the request has changed something, and has a line in the log for that. */
    isChange: boolean | undefined
    /** Whether the answer is a static file. */
    isFile: boolean | undefined
  }
}

/** Who makes a change, as the registry needs it. */
export function by(c: Context<AppEnv>): By {
  const { actor, users } = c.get('caller')
  return { actor, users, requestId: c.get('requestId') }
}
