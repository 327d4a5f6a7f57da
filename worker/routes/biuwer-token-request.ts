import * as v from 'valibot'
import { BIUWER_REFRESHES } from '../policy/biuwer-refresh.ts'
import { BIUWER_TOKEN } from '../policy/bounds.ts'
import type { Instant } from '../policy/time.ts'
import { instant, isAfter, time } from './request-fields.ts'

const interval = { from: v.optional(time), to: v.optional(v.nullable(time)) }

const biuwerToken = v.pipe(
  v.string(),
  v.regex(BIUWER_TOKEN, 'Pass the Biuwer authentication token: 1 to 512 letters, digits, "_" or "-".'),
)

const biuwerRefresh = v.picklist(
  BIUWER_REFRESHES,
  `Pass how the Biuwer tokens are replaced: ${BIUWER_REFRESHES.join(', ')}.`,
)

/** Body of `POST /v1/users/{user}/biuwer-tokens`: each field by itself. */
export const BiuwerTokenRequest = v.strictObject({ biuwer_token: biuwerToken, ...interval })

/** Body of `PUT /v1/users/{user}`: each field by itself. */
export const LinkRequest = v.strictObject({
  biuwer_token: v.optional(biuwerToken),
  ...interval,
  biuwer_refresh: v.optional(biuwerRefresh),
})

/** Body of `PATCH /v1/users/{user}`. */
export const UserUpdateRequest = v.strictObject({ biuwer_refresh: biuwerRefresh })

export type BiuwerTokenBody = v.InferOutput<typeof BiuwerTokenRequest>

const isForward = ({ from, to }: { from?: string | undefined; to?: string | null | undefined }) =>
  !to || from === undefined || isAfter(to, from)

/** `POST /v1/users/{user}/biuwer-tokens`, with the rules between fields and those of the clock. */
export function biuwerTokenRequest(now: Instant) {
  return v.pipe(
    BiuwerTokenRequest,
    v.forward(v.partialCheck([['from'], ['to']], isForward, 'The end has to be after "from".'), ['to']),
    v.forward(
      v.partialCheck([['to']], ({ to }) => !to || isAfter(to, now), 'The end has to be in the future.'),
      ['to'],
    ),
  )
}

/** `PUT /v1/users/{user}`, with the rules between fields and those of the clock. */
export function linkRequest(now: Instant) {
  return v.pipe(
    LinkRequest,
    v.forward(v.partialCheck([['from'], ['to']], isForward, 'The end has to be after "from".'), ['to']),
    v.forward(
      v.partialCheck([['to']], ({ to }) => !to || isAfter(to, now), 'The end has to be in the future.'),
      ['to'],
    ),
    v.forward(
      v.partialCheck(
        [['biuwer_token'], ['biuwer_refresh']],
        ({ biuwer_token, biuwer_refresh = 'manual' }) =>
          biuwer_token !== undefined || biuwer_refresh !== 'manual',
        'Pass the Biuwer token. Without one, pass how the token source replaces it in "biuwer_refresh".',
      ),
      ['biuwer_token'],
    ),
    v.forward(
      v.partialCheck(
        [['biuwer_token'], ['from'], ['to']],
        ({ biuwer_token, from, to }) => biuwer_token !== undefined || (from === undefined && !to),
        'An interval is that of a Biuwer token, which is missing.',
      ),
      ['from'],
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
