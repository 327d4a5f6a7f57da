import type { Context, Hono } from 'hono'
import { READERS } from '../policy/caller.ts'
import { formatTimestamp } from '../policy/time.ts'
import { PROBLEMS } from '../problems.ts'
import { openingLogOf } from '../storage/opening-log.ts'
import { reach } from '../storage/reach.ts'
import { NO_STORE } from './answer-fields.ts'
import type { AppEnv } from './context.ts'
import { cursorAt } from './cursor.ts'
import { allow, endpoint } from './endpoint.ts'
import { readQuery } from './query.ts'
import { RefusalsQuery } from './requests.ts'
import { namesOf } from './visible-signers.ts'

export function refusals(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/refusals', { access: 'key', GET: allow(READERS, list) })
}

async function list(c: Context<AppEnv>): Promise<Response> {
  const { cursor: before, ...query } = readQuery(c, RefusalsQuery)
  await c.get('memory').openings.write(c.env)
  const { refusals, next } = await reach('OPENING_LOG', async () =>
    openingLogOf(c.env).refusals(
      { ...query, ...(before !== undefined && { before }) },
      c.get('caller').users,
    ),
  )
  const nameOf = await namesOf(
    c,
    refusals.map(({ subject }) => subject),
  )
  const items = refusals.map(({ requestId, at, code, check, detail, subject, user, resource, origin }) => ({
    request_id: requestId,
    at: formatTimestamp(at),
    code,
    check,
    detail: detail ?? PROBLEMS[code].detail,
    ...nameOf(subject),
    user,
    resource,
    origin,
  }))
  return c.json({ items, next_cursor: cursorAt(next) }, 200, NO_STORE)
}
