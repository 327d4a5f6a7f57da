import * as v from 'valibot'
import { BIUWER_TOKEN } from '../policy/bounds.ts'
import type { Instant } from '../policy/time.ts'
import { instant, isAfter, time } from './request-fields.ts'

/** Body of `PUT /v1/users/{user}` and of `POST /v1/users/{user}/biuwer-tokens`: each field by itself. */
export const BiuwerTokenRequest = v.strictObject({
  biuwer_token: v.pipe(
    v.string(),
    v.regex(BIUWER_TOKEN, 'Pass the Biuwer authentication token: 1 to 512 letters, digits, "_" or "-".'),
  ),
  from: v.optional(time),
  to: v.optional(v.nullable(time)),
})

export type BiuwerTokenBody = v.InferOutput<typeof BiuwerTokenRequest>

/** The same, with the rules between fields and those of the clock. */
export function biuwerTokenRequest(now: Instant) {
  return v.pipe(
    BiuwerTokenRequest,
    v.forward(
      v.partialCheck(
        [['from'], ['to']],
        ({ from, to }) => !to || from === undefined || isAfter(to, from),
        'The end has to be after "from".',
      ),
      ['to'],
    ),
    v.forward(
      v.partialCheck([['to']], ({ to }) => !to || isAfter(to, now), 'The end has to be in the future.'),
      ['to'],
    ),
  )
}

/** When a Biuwer token of a checked request is valid: from now on where nothing else is said, without an end. */
export function intervalOf(
  { from, to }: Pick<BiuwerTokenBody, 'from' | 'to'>,
  now: Instant,
): { from: Instant; to: Instant | null } {
  return { from: from === undefined ? now : instant(from), to: to ? instant(to) : null }
}
