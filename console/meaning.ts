import type { Deployment } from '../client/api-types.ts'
import { OVERLAP_SECONDS, SINGLE_USE_SECONDS } from '../worker/policy/bounds.ts'
import { tokenEnd } from '../worker/policy/issue.ts'
import type { RefreshPolicy } from '../worker/policy/record.ts'
import { formatTimestamp, parseTimestamp } from '../worker/policy/time.ts'
import { dateTimeIn, duration, listed } from './formats.ts'
import type { Words } from './messages/words.ts'

/** A token record as far as the form for it is filled in. Times are RFC 3339, lengths are seconds. */
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

/**
 * What the choice means, sentence by sentence, and what speaks against it; undefined if the edge would refuse its
 * times or lengths.
 */
export function meaningOf(
  words: Words,
  draft: Draft,
  deployment: Deployment | undefined,
  now = Date.now(),
): { sentences: string[]; warning: string | undefined } | undefined {
  if (!isWithinBounds(draft)) return undefined
  const { meaning } = words
  const { from, to, timeZone, refresh, origins } = draft
  const end = endOfToken(draft, now)
  const sentences = [
    policySentence(words, draft),
    ...(end !== null && refresh !== 'single-use' && end !== to
      ? [meaning.firstEnds(dateTimeIn(end, timeZone))]
      : []),
    ...(from !== null && Date.parse(from) > now ? [meaning.begins(dateTimeIn(from, timeZone))] : []),
    to === null ? meaning.recordStays : meaning.recordEnds(dateTimeIn(to, timeZone)),
    resourceSentence(words, draft),
    origins.length === 0 ? meaning.anyOrigin : meaning.origins(listed(origins)),
    ...(deployment ? [meaning.session(duration(deployment.session_ttl))] : []),
  ]
  return { sentences, warning: refresh === 'none' && to === null ? meaning.openEnded : undefined }
}

function isWithinBounds({ from, to, overlap, singleUseTtl }: Draft): boolean {
  const times = [from, to].every((time) => time === null || parseTimestamp(time) !== undefined)
  return times && isWithin(overlap, OVERLAP_SECONDS) && isWithin(singleUseTtl, SINGLE_USE_SECONDS)
}

function isWithin(seconds: number, { least, most }: { least: number; most: number }): boolean {
  return seconds >= least && seconds <= most
}

function policySentence({ meaning }: Words, { refresh, timeZone, overlap, singleUseTtl }: Draft): string {
  switch (refresh) {
    case 'single-use':
      return meaning.single(duration(singleUseTtl))
    case 'none':
      return meaning.none
    case 'daily':
      return overlap > 0 ? meaning.dailyAnd(timeZone, duration(overlap)) : meaning.daily(timeZone)
    case 'monthly':
      return overlap > 0 ? meaning.monthlyAnd(timeZone, duration(overlap)) : meaning.monthly(timeZone)
  }
}

function resourceSentence({ meaning }: Words, { user, resources }: Draft): string {
  if (resources.length > 0) return meaning.resources(resources.length)
  return user === '' ? meaning.anyResource : meaning.anyResourceOf(user)
}

/** What of a draft decides when its tokens end. */
export type Terms = Pick<Draft, 'refresh' | 'from' | 'to' | 'timeZone' | 'overlap'> & {
  singleUseTtl: number | null
}

/** When the token that is given out at `now` ends, by the edge's own rule; null: never by itself. */
export function endOfToken(terms: Terms, now: number): string | null {
  const seconds = Math.floor(now / 1000)
  const { refresh, timeZone, overlap, singleUseTtl } = terms
  const from = instantOf(terms.from) ?? seconds
  const end = tokenEnd({ refresh, timeZone, overlap, singleUseTtl, from, to: instantOf(terms.to) }, seconds)
  return end === null ? null : formatTimestamp(end)
}

function instantOf(time: string | null): number | null {
  return time === null ? null : (parseTimestamp(time) ?? null)
}
