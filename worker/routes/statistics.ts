import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { READERS } from '../policy/caller.ts'
import { DAY, formatTimestamp } from '../policy/time.ts'
import { openingsSince } from '../storage/openings.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { NO_STORE } from './answer-fields.ts'
import type { AppEnv } from './context.ts'
import { allow, endpoint } from './endpoint.ts'
import { readQuery } from './query.ts'
import { StatisticsQuery } from './requests.ts'

export function statistics(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/statistics', { access: 'key', GET: allow(READERS, show) })
}

async function show(c: Context<AppEnv>): Promise<Response> {
  const query = readQuery(c, StatisticsQuery)
  const since = Math.floor(clock() / DAY) * DAY - (query.days - 1) * DAY
  const { users } = c.get('caller')
  const [{ counts, actions }, openings] = await Promise.all([
    reach('TOKEN_REGISTRY', async () => registryOf(c.env).statistics(since, users)),
    // Openings are counted without their users, so that a key for some of them would be told of all.
    users === null ? openingsSince(c.get('settings').analytics, since) : 'some_users',
  ])
  const answer = {
    since: formatTimestamp(since),
    counted_at: formatTimestamp(counts.countedAt),
    users: counts.users,
    tokens: counts.tokens,
    signers: counts.signers,
    biuwer_tokens: counts.biuwerTokens,
    actions: actions.map(({ day, ...rest }) => ({ day: formatTimestamp(day), ...rest })),
    openings:
      typeof openings === 'string'
        ? { readable: false, reason: openings }
        : {
            readable: true,
            items: openings.map(({ day, ...rest }) => ({ day: formatTimestamp(day), ...rest })),
          },
  }
  return c.json(answer, 200, NO_STORE)
}
