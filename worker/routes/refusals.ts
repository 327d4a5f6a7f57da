import type { Context, Hono } from 'hono'
import { SIGNER_ID } from '../policy/bounds.ts'
import { READERS } from '../policy/caller.ts'
import type { Refusal } from '../policy/refusal.ts'
import { formatTimestamp } from '../policy/time.ts'
import { PROBLEMS } from '../problems.ts'
import { openingLogOf } from '../storage/opening-log.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { NO_STORE } from './answer-fields.ts'
import type { AppEnv } from './context.ts'
import { cursorAt } from './cursor.ts'
import { allow, endpoint } from './endpoint.ts'
import { readQuery } from './query.ts'
import { RefusalsQuery } from './requests.ts'

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
  const signers = await visibleSigners(c, refusals)
  const items = refusals.map(({ requestId, at, code, check, detail, subject, user, resource, origin }) => ({
    request_id: requestId,
    at: formatTimestamp(at),
    code,
    check,
    detail: detail ?? PROBLEMS[code].detail,
    token: SIGNER_ID.test(subject) ? null : subject,
    signer: signers.has(subject) ? subject : null,
    user,
    resource,
    origin,
  }))
  return c.json({ items, next_cursor: cursorAt(next) }, 200, NO_STORE)
}

/** The signers of refusals that the key is told of: for a key of some users, a signer of others is not there. */
async function visibleSigners(c: Context<AppEnv>, refusals: Refusal[]): Promise<Set<string>> {
  const ids = new Set(refusals.map(({ subject }) => subject).filter((id) => SIGNER_ID.test(id)))
  const { users } = c.get('caller')
  if (users === null) return ids
  const registry = registryOf(c.env)
  const known = await Promise.all(
    [...ids].map((id) => reach('TOKEN_REGISTRY', async () => registry.signer(id, users))),
  )
  return new Set(known.flatMap((signer) => (signer ? [signer.id] : [])))
}
