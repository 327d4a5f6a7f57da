import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { READERS } from '../policy/caller.ts'
import { DAY, formatTimestamp } from '../policy/time.ts'
import { COUNTED_BY_RECORD_DAYS, OPENED, type OpeningCounts } from '../storage/opening-counts.ts'
import { openingLogOf } from '../storage/opening-log.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { NO_STORE } from './answer-fields.ts'
import type { AppEnv } from './context.ts'
import { allow, endpoint } from './endpoint.ts'
import { invalid } from './mistakes.ts'
import { readQuery } from './query.ts'
import { StatisticsQuery } from './requests.ts'
import { namesOf } from './visible-signers.ts'

export function statistics(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/statistics', { access: 'key', GET: allow(READERS, show) })
}

async function show(c: Context<AppEnv>): Promise<Response> {
  const { days, by, user } = readQuery(c, StatisticsQuery)
  const { users } = c.get('caller')
  if (user !== undefined || users !== null) requireByRecord(days, by)
  const since = Math.floor(clock() / DAY) * DAY - (days - 1) * DAY
  await c.get('memory').openings.write(c.env)
  const [{ counts, actions }, openings] = await Promise.all([
    reach('TOKEN_REGISTRY', async () => registryOf(c.env).statistics(since, users)),
    reach('OPENING_LOG', async () => openingLogOf(c.env).counts({ since, by, user }, users)),
  ])
  const answer = {
    since: formatTimestamp(since),
    counted_at: formatTimestamp(counts.countedAt),
    users: counts.users,
    tokens: counts.tokens,
    signers: counts.signers,
    biuwer_tokens: counts.biuwerTokens,
    actions: actions.map(({ day, ...rest }) => ({ day: formatTimestamp(day), ...rest })),
    openings: { by, ...(await openingsAnswer(c, openings)) },
  }
  return c.json(answer, 200, NO_STORE)
}

/** Throws the refusal of what is not counted by record, and so not of some users. */
function requireByRecord(days: number, by: 'day' | 'hour'): void {
  if (by === 'hour')
    throw invalid('by', 'Openings of some users, and of a key for some users, are counted by day.')
  if (days > COUNTED_BY_RECORD_DAYS)
    throw invalid(
      'days',
      `Openings of some users, and of a key for some users, are counted for ${COUNTED_BY_RECORD_DAYS} days.`,
    )
}

async function openingsAnswer(
  c: Context<AppEnv>,
  { series, policies, resources, records }: OpeningCounts,
): Promise<object> {
  const periods = new Map<number, { opened: number; refused: Record<string, number> }>()
  for (const { at, code, count } of series) {
    const period = periods.get(at) ?? { opened: 0, refused: {} }
    periods.set(at, period)
    if (code === OPENED) period.opened = count
    else period.refused[code] = count
  }
  const nameOf = await namesOf(c, records?.map(({ subject }) => subject) ?? [])
  return {
    series: [...periods].map(([at, period]) => ({ at: formatTimestamp(at), ...period })),
    policies,
    resources,
    records: records?.map(({ subject, ...rest }) => ({ ...nameOf(subject), ...rest })) ?? null,
  }
}
