import type { Deployment } from '../client/api-types.ts'
import { OVERLAP_SECONDS, SINGLE_USE_SECONDS } from '../worker/policy/bounds.ts'
import { claimsAt } from '../worker/policy/issue.ts'
import type { RefreshPolicy, TokenRecord } from '../worker/policy/record.ts'
import { formatTimestamp, parseTimestamp } from '../worker/policy/time.ts'
import { dateTimeIn, duration } from './formats.ts'
import type { Words } from './language.ts'

/** What a person is about to allow, as far as it is filled in. Times are RFC 3339. */
export interface Draft {
  user: string
  refresh: RefreshPolicy
  from: string | null
  to: string | null
  timeZone: string
  overlap: number
  singleUseTtl: number
  resources: string[]
  origins: string[]
}

/** What the choice means, sentence by sentence, and what to think of twice; undefined where the edge would refuse it. */
export function meaningOf(
  words: Words,
  draft: Draft,
  deployment: Deployment | undefined,
  now = Date.now(),
): { sentences: string[]; warning: string | undefined } | undefined {
  if (!isWithinReach(draft)) return undefined
  const { meaning } = words
  const { from, to, timeZone, refresh, resources, origins } = draft
  const end = endOfValue(draft, now)
  const sentences = [
    policySentence(words, draft),
    ...(end !== null && refresh !== 'single-use' && end !== to
      ? [meaning.firstEnds(dateTimeIn(end, timeZone))]
      : []),
    ...(from !== null && Date.parse(from) > now ? [meaning.begins(dateTimeIn(from, timeZone))] : []),
    to === null ? meaning.tokenStays : meaning.tokenEnds(dateTimeIn(to, timeZone)),
    resources.length === 0 ? meaning.anyResource(draft.user) : meaning.resources(resources.length),
    origins.length === 0 ? meaning.anyOrigin : meaning.origins(listed(origins)),
    ...(deployment ? [meaning.session(duration(deployment.session_ttl))] : []),
  ]
  return { sentences, warning: refresh === 'none' && to === null ? meaning.openEnded : undefined }
}

/** The bounds of the edge, as far as times and lengths have to be reckoned with. */
function isWithinReach({ from, to, overlap, singleUseTtl }: Draft): boolean {
  const times = [from, to].every((time) => time === null || parseTimestamp(time) !== undefined)
  return times && isWithin(OVERLAP_SECONDS, overlap) && isWithin(SINGLE_USE_SECONDS, singleUseTtl)
}

function isWithin({ least, most }: { least: number; most: number }, value: number): boolean {
  return value >= least && value <= most
}

function policySentence({ meaning }: Words, { refresh, timeZone, overlap, singleUseTtl }: Draft): string {
  const plus = overlap > 0 ? meaning.plus(duration(overlap)) : ''
  switch (refresh) {
    case 'single-use':
      return meaning.single(duration(singleUseTtl))
    case 'none':
      return meaning.none
    case 'daily':
      return meaning.daily(timeZone, plus)
    case 'monthly':
      return meaning.monthly(timeZone, plus)
  }
}

/** When the value that is given out at `now` ends, by the edge's own rule; null: it does not. */
export function endOfValue(draft: Draft, now: number): string | null {
  const seconds = Math.floor(now / 1000)
  const moment = (time: string | null) => (time === null ? null : (parseTimestamp(time) ?? null))
  const record: TokenRecord = {
    id: '',
    user: draft.user,
    resources: null,
    origins: null,
    refresh: draft.refresh,
    from: moment(draft.from) ?? seconds,
    to: moment(draft.to),
    timeZone: draft.timeZone,
    overlap: draft.overlap,
    singleUseTtl: draft.singleUseTtl,
    region: null,
    label: null,
    metadata: {},
    version: 1,
    revision: 1,
    generation: 1,
    generationStartedAt: seconds,
    createdAt: seconds,
    lastUsedAt: null,
    revokedAt: null,
  }
  const { exp } = claimsAt(record, seconds, { jti: '', shard: 0 })
  return exp === undefined ? null : formatTimestamp(exp)
}

function listed(items: string[]): string {
  return new Intl.ListFormat(document.documentElement.lang).format(items)
}
