import * as v from 'valibot'
import { named } from './json-schema.ts'

/** Schemas and words that several resources share. */

export const timestamp = v.pipe(v.string(), v.isoTimestamp())
export const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
export const cursor = v.nullable(v.string())

/** What the query of a list takes beside its filters. */
export const PAGE_QUERY = {
  limit: 'How many items the page has at most.',
  cursor: '`next_cursor` of the page before; absent: the first page.',
}
export const NEXT_CURSOR = { next_cursor: 'Pass it as `cursor` for the next page; null: this is the last.' }

export const BiuwerTokenStates = named(
  'BiuwerTokenStates',
  v.object({ ending: whole, expired: whole, failing: whole }),
  'How many users have Biuwer tokens that deserve attention.',
  {
    ending: 'The last one ends within seven days, and nothing replaces it by itself.',
    expired: 'All have ended, and nothing replaces them by itself.',
    failing: 'The token source gives none, or nobody has asked it for an hour.',
  },
)

export const EffectiveBy = named(
  'EffectiveBy',
  v.object({ new_sessions: timestamp, open_sessions: timestamp }),
  'From when a change holds everywhere; both times are guaranteed.',
  {
    new_sessions: 'No session opens against the change from then on.',
    open_sessions: 'No session that was open against it is shown from then on.',
  },
)
export const EFFECT = { effective_by: 'From when the change holds everywhere.' }
