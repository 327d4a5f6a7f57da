import type { Context, Hono } from 'hono'
import { formatTimestamp } from '../policy/time.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { NO_STORE } from './answers.ts'
import { type App, resource } from './app.ts'
import { AuditQuery } from './audit-request.ts'
import { cursorAt, readQuery } from './query.ts'

export function audit(app: Hono<App>): void {
  resource(app, '/v1/audit', { GET: list })
}

async function list(c: Context<App>): Promise<Response> {
  const { cursor: before, ...query } = readQuery(c, AuditQuery)
  const { entries, next } = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).listAudit({ ...query, ...(before !== undefined && { before }) }),
  )
  const items = entries.map(({ at, actor, action, target, request_id }) => ({
    at: formatTimestamp(at),
    actor,
    action,
    target,
    request_id,
  }))
  return c.json({ items, next_cursor: cursorAt(next) }, 200, NO_STORE)
}
