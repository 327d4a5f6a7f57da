import type { Context, Hono } from 'hono'
import { READERS } from '../policy/caller.ts'
import { formatTimestamp } from '../policy/time.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { NO_STORE } from './answer-fields.ts'
import type { AppEnv } from './context.ts'
import { cursorAt } from './cursor.ts'
import { allow, endpoint } from './endpoint.ts'
import { readQuery } from './query.ts'
import { AuditQuery } from './requests.ts'

export function audit(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/audit', { access: 'key', GET: allow(READERS, list) })
}

async function list(c: Context<AppEnv>): Promise<Response> {
  const { cursor: before, ...query } = readQuery(c, AuditQuery)
  const { entries, next } = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).listAudit({ ...query, ...(before !== undefined && { before }) }, c.get('caller').users),
  )
  const items = entries.map(({ at, actor, action, target, request_id, imported_at }) => ({
    at: formatTimestamp(at),
    actor,
    action,
    target,
    request_id,
    ...(imported_at !== null && { imported_at: formatTimestamp(imported_at) }),
  }))
  return c.json({ items, next_cursor: cursorAt(next) }, 200, NO_STORE)
}
