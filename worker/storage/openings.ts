import { DAY, type Instant } from '../policy/time.ts'

/**
 * Openings and refusals, counted in Analytics Engine. A data point has the token record as its index, and as its blobs
 * `opened` or the refusal's code; the refresh policy, or `preview`; and the resource.
 */

/**
 * Counts one opening or refusal. Without a verified token the record, policy and resource stay empty: a stranger could
 * fill them with anything.
 *
 * @param code of the refusal; undefined: it opened
 */
export function recordOpening(
  events: AnalyticsEngineDataset,
  code: string | undefined,
  ask: { subject: string; policy: string; resource: string } | undefined,
): void {
  events.writeDataPoint({
    indexes: [ask?.subject ?? ''],
    blobs: [code ?? 'opened', ask?.policy ?? '', ask?.resource ?? ''],
    doubles: [1],
  })
}

/** Who may read the account's Analytics Engine. */
export interface Analytics {
  accountId: string
  /** A Cloudflare API token with "Account Analytics: Read". A secret. */
  token: string
}

/** Openings of one day (UTC) that ended alike: `opened`, or a refusal's code. */
export interface DayOfOpenings {
  day: Instant
  code: string
  count: number
}

/** The dataset that `wrangler.toml` binds as EVENTS. */
const DATASET = 'biuwer_embed'
/** How long Cloudflare may take to answer. */
const TIMEOUT_MS = 10_000

/**
 * Openings and refusals by day and code, from Analytics Engine's SQL API. Large datasets are sampled, and the
 * counts estimated from that. `not_configured` where the deployment gave no way to read them; `failed` where
 * Cloudflare did not answer, which the log explains.
 */
export async function openingsSince(
  analytics: Analytics | null,
  since: Instant,
): Promise<DayOfOpenings[] | 'not_configured' | 'failed'> {
  if (!analytics) return 'not_configured'
  const query = `SELECT intDiv(toUInt32(timestamp), ${DAY}) * ${DAY} AS day, blob1 AS code,
    SUM(_sample_interval * double1) AS count FROM ${DATASET}
    WHERE timestamp >= toDateTime(${since}) AND blob2 != 'preview' GROUP BY day, code ORDER BY day, code`
  try {
    const answer = await fetch(
      `https://api.cloudflare.com/client/v4/accounts/${analytics.accountId}/analytics_engine/sql`,
      {
        method: 'POST',
        headers: { Authorization: `Bearer ${analytics.token}` },
        body: query,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    )
    if (!answer.ok) throw new Error(`Cloudflare answered ${answer.status}`)
    const { data } = await answer.json<{ data: Record<string, unknown>[] }>()
    return data.map(dayOfOpenings)
  } catch (error) {
    console.warn(JSON.stringify({ event: 'openings_not_read', error: String(error) }))
    return 'failed'
  }
}

function dayOfOpenings({ day, code, count }: Record<string, unknown>): DayOfOpenings {
  if (typeof code !== 'string') throw new Error('Cloudflare answered a row without a code')
  return { day: wholeNumber(day), code, count: wholeNumber(count) }
}

/** A count as Analytics Engine writes it: 64-bit numbers come as text, and an estimate may have a fraction. */
function wholeNumber(value: unknown): number {
  if (!/^\d{1,12}(\.\d+)?$/.test(String(value))) throw new Error('Cloudflare answered a row without a number')
  return Math.round(Number(value))
}
