import * as v from 'valibot'
import { REQUEST_ID, SESSION_KEY, SUBJECT_ID, USER_PREFIX } from '../policy/bounds.ts'
import { REFUSAL_CODES } from '../policy/refusal.ts'
import { BIUWER_TOKEN_STATES } from '../storage/linked-users.ts'
import { COUNTED_DAYS } from '../storage/opening-counts.ts'
import type { SessionRequest } from '../wire.ts'
import { cursorOf, limit, nameCursor } from './cursor.ts'
import { resourceId, time, userId } from './request-fields.ts'

/** Body of `POST /v1/sessions`. */
export const OpenRequest = v.strictObject({
  token: v.string(),
  resource: resourceId,
  // A browser may report anything, `null` included: policy refuses it as an origin that is not allowed.
  origin: v.string(),
  exposed: v.optional(v.boolean()),
  frame: v.optional(v.string()),
  session: v.optional(v.string()),
  session_key: v.pipe(
    v.string(),
    v.regex(SESSION_KEY, 'A session key is 22 to 128 characters of base64url: at least 128 random bits.'),
  ),
}) satisfies v.GenericSchema<SessionRequest>

/** Body of `POST /v1/users/{user}/sign-out` and of `POST /v1/sign-out`: nothing. */
export const SignOutRequest = v.strictObject({})

/** Query of `GET /v1/users`. */
export const UserListQuery = v.strictObject({
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(USER_PREFIX, 'Pass how the user begins: letters, digits, "_", ".", "@", "+" or "-".'),
    ),
  ),
  biuwer_token: v.optional(v.picklist(BIUWER_TOKEN_STATES)),
  limit,
  cursor: nameCursor,
})

/** Body of `POST /v1/tokens/{id}/explain`. */
export const ExplainRequest = v.strictObject({
  token: v.optional(v.string()),
  resource: v.optional(resourceId),
  origin: v.optional(v.string()),
  at: v.optional(time),
})

/** Body of `POST /v1/explain`. */
export const ExplainTokenRequest = v.strictObject({ ...ExplainRequest.entries, token: v.string() })

/** Body of `POST /v1/tokens/{id}/preview`. */
export const PreviewRequest = v.strictObject({ resource: resourceId })

/** Body of `POST /v1/signers/{id}/preview`. */
export const SignerPreviewRequest = v.strictObject({ user: userId, resource: resourceId })

/** Body of `POST /v1/vault/reencrypt`. */
export const ReencryptRequest = v.strictObject({ cursor: nameCursor })

/** Query of `POST /v1/import`. */
export const ImportQuery = v.strictObject({
  unverified: v.optional(v.picklist(['accept'])),
  audit: v.optional(v.picklist(['own'])),
})

/** Query of `GET /v1/keys`. */
export const KeyListQuery = v.strictObject({ limit, cursor: cursorOf(/^key_/) })

/** Query of `GET /v1/signers`. */
export const SignerListQuery = v.strictObject({ limit, cursor: cursorOf(/^sig_/) })

/** Query of `GET /v1/audit`. */
export const AuditQuery = v.strictObject({
  target: v.optional(v.pipe(v.string(), v.maxLength(128, 'A target has at most 128 characters.'))),
  limit,
  cursor: cursorOf(/^\S+ \S+ /),
})

/** Query of `GET /v1/refusals`. */
export const RefusalsQuery = v.strictObject({
  request_id: v.optional(v.pipe(v.string(), v.regex(REQUEST_ID, 'Pass the id of a request, "req_…".'))),
  token: v.optional(
    v.pipe(v.string(), v.regex(SUBJECT_ID, 'Pass the id of a record, "tok_…", or of a signer, "sig_…".')),
  ),
  user: v.optional(userId),
  code: v.optional(v.picklist(REFUSAL_CODES)),
  limit,
  cursor: cursorOf(REQUEST_ID),
})

/** Whole days, today (UTC) included. */
export const days = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^([1-9]\d?|[1-3]\d\d|400)$/, `Pass whole days, 1 to ${COUNTED_DAYS}.`),
    v.transform(Number),
  ),
  '30',
)

/** Query of `GET /v1/statistics`. */
export const StatisticsQuery = v.strictObject({
  days,
  by: v.optional(v.picklist(['day', 'hour']), 'day'),
  user: v.optional(userId),
})
