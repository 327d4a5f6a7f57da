import { DurableObject } from 'cloudflare:workers'
import { clock } from '../clock.ts'
import type { Instant } from '../policy/time.ts'
import { type AuditAction, type By, note } from './audit.ts'
import { prepareTables } from './registry-schema.ts'
import { type ChangeRequest, type MadeBy, type Mismatch, once } from './repetitions.ts'
import type { SessionTokensEnv } from './session-tokens-of.ts'
import { forgetSnapshots } from './snapshots.ts'

/** A Durable Object that has the registry's tables, and makes each change once and notes it in the audit. */
export abstract class Changing extends DurableObject<SessionTokensEnv> {
  constructor(ctx: DurableObjectState, env: SessionTokensEnv) {
    super(ctx, env)
    prepareTables(ctx.storage.sql)
  }

  protected get sql(): SqlStorage {
    return this.ctx.storage.sql
  }

  /** Makes a change in a transaction, and once, however often it is asked for. A request makes one change at most. */
  protected change<const Work extends { made: object } | { outcome: string }>(
    request: ChangeRequest,
    work: (now: Instant) => Work,
  ): MadeBy<Work> | Mismatch {
    const now = clock()
    return this.ctx.storage.transactionSync(() => {
      forgetSnapshots(this.sql, now)
      return once(this.sql, request, now, () => work(now))
    })
  }

  protected note(action: AuditAction, target: string, by: By, now: Instant): void {
    note(this.sql, action, target, by, now)
  }
}
