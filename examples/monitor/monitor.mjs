/**
 * Watches an edge: whether it answers, whether openings are refused more than usual, and whether Biuwer tokens end. One file
 * for both, a Worker with a cron trigger and a program for Node that `cron` or a pipeline starts.
 */
import { pathToFileURL } from 'node:url'

const MINUTE = 60_000
/** Milliseconds that an answer may take. */
const PATIENCE = 10_000
/** What one page of refusals holds at most. */
const PAGE = 100

/**
 * What somebody should see to, a sentence each; empty: nothing.
 * @param {{
 *   BIUWER_EDGE?: string, BIUWER_MONITOR_KEY?: string, REFUSALS_LIMIT?: string, REFUSALS_MINUTES?: string
 * }} settings
 * @returns {Promise<string[]>}
 */
export async function findings({
  BIUWER_EDGE: edge,
  BIUWER_MONITOR_KEY: key,
  REFUSALS_LIMIT: limit = '20',
  REFUSALS_MINUTES: minutes = '15',
}) {
  if (!edge || !key) throw new Error('BIUWER_EDGE and BIUWER_MONITOR_KEY have to be set.')
  const answers = await Promise.allSettled([
    ask(edge, key, '/healthz').then(({ warnings = [], biuwer_tokens }) => [
      ...warnings,
      ...biuwerTokens(biuwer_tokens),
    ]),
    ask(edge, key, `/v1/refusals?limit=${PAGE}`).then(({ items }) =>
      refusals(items, Number(limit), Number(minutes)),
    ),
  ])
  return answers.flatMap((answer) =>
    answer.status === 'fulfilled' ? answer.value : [`${new URL(edge).origin}: ${answer.reason.message}`],
  )
}

/** Asks the edge. Fails with what it said, which has no secret in it. */
async function ask(edge, key, path) {
  const answer = await fetch(new URL(path, edge), {
    headers: { Authorization: `Bearer ${key}`, Accept: 'application/json' },
    // The key goes nowhere else.
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(({ message, cause }) => {
    throw new Error(`${path} can't be reached: ${cause?.code ?? message}`)
  })
  const body = await answer.json().catch(() => ({}))
  if (answer.ok) return body
  if (answer.status < 400) throw new Error(`${path} answers ${answer.status}, which no edge does`)
  const fields = (body.errors ?? []).map((error) => error.path)
  throw new Error(
    `${path} answers ${[answer.status, body.code, ...fields].filter(Boolean).join(' ')}: ${body.detail ?? 'no reason'}`,
  )
}

function biuwerTokens({ ending, expired, failing }) {
  return [
    [ending, 'have Biuwer tokens that end within a week'],
    [expired, 'have no valid Biuwer token any more'],
    [failing, 'get no Biuwer token from the token source'],
  ].flatMap(([users, what]) => (users > 0 ? [`Users who ${what}: ${users}`] : []))
}

function refusals(items, limit, minutes) {
  const since = Date.now() - minutes * MINUTE
  const recent = items.filter(({ at }) => Date.parse(at) >= since)
  if (recent.length < limit) return []
  const codes = new Map()
  for (const refusal of recent) codes.set(refusal.code, [...(codes.get(refusal.code) ?? []), refusal])
  const told = [...codes]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([code, [newest, ...others]]) => `${code} ${others.length + 1} (such as ${newest.request_id})`)
  const many = recent.length === PAGE ? `${PAGE} or more` : recent.length
  return [`Refused openings in ${minutes} minutes: ${many}. ${told.join(', ')}`]
}

/** Tells a chat: Slack, Mattermost and Google Chat take a text so. */
async function tell(webhook, lines) {
  const answer = await fetch(webhook, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text: lines.join('\n') }),
    signal: AbortSignal.timeout(PATIENCE),
  })
  if (!answer.ok) throw new Error(`The webhook answers ${answer.status}.`)
}

/** Looks, and tells the webhook, where there is one, of what is wrong. Gives what it told. */
export async function watch(settings) {
  const lines = await findings(settings)
  if (lines.length > 0 && settings.ALERT_WEBHOOK) await tell(settings.ALERT_WEBHOOK, lines)
  return lines
}

/** As a Worker: `wrangler.toml` says when. */
export default {
  async scheduled(_event, env) {
    for (const line of await watch(env)) console.warn(line)
  },
}

if (process.argv?.[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const lines = await watch(process.env)
  for (const line of lines) console.error(line)
  process.exitCode = lines.length > 0 ? 1 : 0
}
