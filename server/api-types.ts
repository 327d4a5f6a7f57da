/** Types of the HTTP API, made from its document. */

/**
 * A user's Biuwer authentication token.
 */
export interface LinkRequest {
  /**
   * Biuwer's own long-lived secret of the user. It goes into the vault and is never given back.
   */
  biuwer_token: string
}
/**
 * What a new token record allows. Only `user` is required.
 */
export interface TokenRequest {
  /**
   * The user whose Biuwer rights the token gives; linked before.
   */
  user: string
  /**
   * The resource ids (Biuwer's "Shared Resource Token") that may be opened; null or absent: any.
   */
  resources?: string[] | null
  /**
   * The host origins it may be used on; null or absent: any that `ALLOWED_ORIGINS` allows.
   */
  origins?: string[] | null
  /**
   * How often the record gives out a new value: `none` keeps one, `daily` and `monthly` give one a calendar day or month in `time_zone`, `single-use` gives one at every refresh, spent by the first page view that redeems it.
   */
  refresh?: 'none' | 'monthly' | 'daily' | 'single-use'
  /**
   * It stands from then on. Default: now. Pass an RFC 3339 time of the years 1970 to 9998, such as "2026-03-01T00:00:00Z".
   */
  from?: string
  /**
   * It stands until then, that moment excluded; null: it never ends. After `from`, and in the future.
   */
  to?: string | null
  /**
   * The zone whose midnights and months bound the values. Pass the name of an IANA time zone, such as "Europe/Madrid".
   */
  time_zone?: string
  /**
   * Seconds that a value lives on after its period, and a generation after its rotation. Default: 3600 for `daily`, 86400 for `monthly`, else 0.
   */
  overlap?: number
  /**
   * Seconds from issue to the end of a single-use value. Default: 300. Only with `single-use`.
   */
  single_use_ttl?: number | null
  /**
   * A Durable Object location hint: where the spends of a single-use record are kept.
   */
  region?: ('wnam' | 'enam' | 'sam' | 'weur' | 'eeur' | 'apac' | 'oc' | 'afr' | 'me') | null
  /**
   * For whoever reads the list; means nothing to the edge.
   */
  label?: string | null
  /**
   * Facts of your own, such as your record of the user.
   */
  metadata?: {
    /**
     * Whole characters alone: no lone surrogate.
     */
    [k: string]: string
  }
}
/**
 * What to change. A field that is left out stays. `to`, `resources` and `origins` start new values.
 */
export interface UpdateRequest {
  /**
   * For whoever reads the list; means nothing to the edge.
   */
  label?: string | null
  /**
   * Merged into what is there (RFC 7396): a key with null is taken out. At most 50 keys in all.
   */
  metadata?: {
    [k: string]: string | null
  }
  /**
   * It stands until then, that moment excluded; null: it never ends. After `from`, and in the future.
   */
  to?: string | null
  /**
   * The resource ids (Biuwer's "Shared Resource Token") that may be opened; null or absent: any.
   */
  resources?: string[] | null
  /**
   * The host origins it may be used on; null or absent: any that `ALLOWED_ORIGINS` allows.
   */
  origins?: string[] | null
}
/**
 * How to refresh; the body may be left out.
 */
export interface RefreshRequest {
  /**
   * Start a new generation: older values end after the overlap of the record.
   */
  rotate?: boolean
}
/**
 * What to try.
 */
export interface PreviewRequest {
  /**
   * The resource id to be opened.
   */
  resource: string
}
/**
 * What to ask about. What is left out is not checked.
 */
export interface ExplainRequest {
  /**
   * A value that the record is said to have given out.
   */
  token?: string
  /**
   * The resource id to be opened.
   */
  resource?: string
  /**
   * The origin of the host page.
   */
  origin?: string
  /**
   * The moment asked about. Default: now. Pass an RFC 3339 time of the years 1970 to 9998, such as "2026-03-01T00:00:00Z".
   */
  at?: string
}
/**
 * From when a change holds everywhere; both times are guaranteed.
 */
export interface EffectiveBy {
  /**
   * No session opens against the change from then on.
   */
  new_sessions: string
  /**
   * No session that was open against it is shown from then on.
   */
  open_sessions: string
}
/**
 * A linked user, without the secret.
 */
export interface User {
  /**
   * The user.
   */
  user: string
  /**
   * When the user was first linked.
   */
  linked_at: string
  /**
   * When the Biuwer authentication token was last set.
   */
  updated_at: string
}
/**
 * A linked user, without the secret.
 */
export interface LinkedUser {
  /**
   * The user.
   */
  user: string
  /**
   * When the user was first linked.
   */
  linked_at: string
  /**
   * When the Biuwer authentication token was last set.
   */
  updated_at: string
  /**
   * How many token records of the user have neither ended nor been revoked.
   */
  live_tokens: number
}
/**
 * A page of users, by name.
 */
export interface UserList {
  /**
   * The users.
   */
  items: LinkedUser[]
  /**
   * Pass it as `cursor` for the next page; null: this is the last.
   */
  next_cursor: string | null
}
/**
 * A value that opens on the edge's own pages alone.
 */
export interface PreviewValue {
  /**
   * The value, for the tag.
   */
  token: string
  /**
   * When the value, and what it opened, ends: five minutes from now at most.
   */
  token_expires_at: string | null
}
/**
 * The settings that are no secret.
 */
export interface Deployment {
  /**
   * Of the product that is deployed.
   */
  version: string
  /**
   * Short digest of the admin key that asked, as the audit names it.
   */
  actor: string
  /**
   * Origin of the Biuwer instance.
   */
  biuwer_instance: string
  /**
   * The origins that may show dashboards; null: any.
   */
  allowed_origins: string[] | null
  /**
   * Seconds that a session lasts at most.
   */
  session_ttl: number
  /**
   * Seconds within which a session has to be confirmed.
   */
  session_check: number
  /**
   * Seconds after which a change holds for new sessions.
   */
  revocation_lease: number
}
/**
 * What the deployment counts.
 */
export interface Statistics {
  /**
   * Actions and openings are counted from this midnight (UTC) on.
   */
  since: string
  /**
   * When users and tokens were counted.
   */
  counted_at: string
  /**
   * Users that are linked.
   */
  users: number
  /**
   * Token records by status.
   */
  tokens: {
    pending: number
    active: number
    expired: number
    revoked: number
  }
  /**
   * Management actions by day.
   */
  actions: {
    day: string
    action: string
    count: number
  }[]
  /**
   * Sessions opened, and refused by code, by day, previews left out; or why they can not be read: `not_configured`, or `failed`, which the log explains.
   */
  openings:
    | {
        readable: true
        items: {
          day: string
          code: string
          count: number
        }[]
      }
    | {
        readable: false
        reason: 'not_configured' | 'failed'
      }
}
/**
 * A user who was linked before.
 */
export interface RelinkedUser {
  /**
   * The user.
   */
  user: string
  /**
   * When the user was first linked.
   */
  linked_at: string
  /**
   * When the Biuwer authentication token was last set.
   */
  updated_at: string
  effective_by: EffectiveBy1
}
/**
 * From when the former Biuwer authentication token is used nowhere.
 */
export interface EffectiveBy1 {
  /**
   * No session opens against the change from then on.
   */
  new_sessions: string
  /**
   * No session that was open against it is shown from then on.
   */
  open_sessions: string
}
/**
 * A user who is linked no longer.
 */
export interface UnlinkedUser {
  /**
   * The user.
   */
  user: string
  /**
   * How many token records this revoked.
   */
  revoked: number
  effective_by: EffectiveBy2
}
/**
 * From when the change holds everywhere.
 */
export interface EffectiveBy2 {
  /**
   * No session opens against the change from then on.
   */
  new_sessions: string
  /**
   * No session that was open against it is shown from then on.
   */
  open_sessions: string
}
/**
 * The end of all of a user's token records.
 */
export interface RevokedTokens {
  /**
   * How many token records this revoked.
   */
  revoked: number
  effective_by: EffectiveBy3
}
/**
 * From when the change holds everywhere.
 */
export interface EffectiveBy3 {
  /**
   * No session opens against the change from then on.
   */
  new_sessions: string
  /**
   * No session that was open against it is shown from then on.
   */
  open_sessions: string
}
/**
 * A token record: durable, gives out values over time.
 */
export interface TokenRecord {
  /**
   * Begins with `tok_`.
   */
  id: string
  /**
   * The user whose Biuwer rights the token gives.
   */
  user: string
  /**
   * The resource ids that may be opened; null: any.
   */
  resources: string[] | null
  /**
   * The host origins it may be used on; null: any that `ALLOWED_ORIGINS` allows.
   */
  origins: string[] | null
  /**
   * How often the record gives out a new value.
   */
  refresh: 'none' | 'monthly' | 'daily' | 'single-use'
  /**
   * It stands from then on.
   */
  from: string
  /**
   * It stands until then, that moment excluded; null: it never ends.
   */
  to: string | null
  /**
   * The IANA zone whose midnights and months bound the values.
   */
  time_zone: string
  /**
   * Seconds that a value lives on after its period, and a generation after its rotation.
   */
  overlap: number
  /**
   * Seconds from issue to the end of a single-use value; null for other policies.
   */
  single_use_ttl: number | null
  /**
   * Where the spends of a single-use record are kept; null: near the first use.
   */
  region: ('wnam' | 'enam' | 'sam' | 'weur' | 'eeur' | 'apac' | 'oc' | 'afr' | 'me') | null
  /**
   * For whoever reads the list; means nothing to the edge.
   */
  label: string | null
  /**
   * Facts of your own, such as your record of the user.
   */
  metadata: {
    [k: string]: string
  }
  /**
   * Counts every change, from 1: the ETag of the record.
   */
  version: number
  /**
   * Counts rotations, from 1. Values of earlier generations end.
   */
  generation: number
  /**
   * When the record was made.
   */
  created_at: string
  /**
   * When the edge last asked for it, for a value or an open session of it: at most one `REVOCATION_LEASE` older than the last opening; null: never. Values that are then refused count too: rotated out, spent, or for what was taken from the record.
   */
  last_used_at: string | null
  /**
   * When it was revoked; null: it was not.
   */
  revoked_at: string | null
  /**
   * `pending` before `from`, then `active`, `expired` from `to` on, or `revoked`.
   */
  status: 'pending' | 'active' | 'expired' | 'revoked'
}
/**
 * A token record and the value that it gives out now.
 */
export interface IssuedToken {
  /**
   * Begins with `tok_`.
   */
  id: string
  /**
   * The user whose Biuwer rights the token gives.
   */
  user: string
  /**
   * The resource ids that may be opened; null: any.
   */
  resources: string[] | null
  /**
   * The host origins it may be used on; null: any that `ALLOWED_ORIGINS` allows.
   */
  origins: string[] | null
  /**
   * How often the record gives out a new value.
   */
  refresh: 'none' | 'monthly' | 'daily' | 'single-use'
  /**
   * It stands from then on.
   */
  from: string
  /**
   * It stands until then, that moment excluded; null: it never ends.
   */
  to: string | null
  /**
   * The IANA zone whose midnights and months bound the values.
   */
  time_zone: string
  /**
   * Seconds that a value lives on after its period, and a generation after its rotation.
   */
  overlap: number
  /**
   * Seconds from issue to the end of a single-use value; null for other policies.
   */
  single_use_ttl: number | null
  /**
   * Where the spends of a single-use record are kept; null: near the first use.
   */
  region: ('wnam' | 'enam' | 'sam' | 'weur' | 'eeur' | 'apac' | 'oc' | 'afr' | 'me') | null
  /**
   * For whoever reads the list; means nothing to the edge.
   */
  label: string | null
  /**
   * Facts of your own, such as your record of the user.
   */
  metadata: {
    [k: string]: string
  }
  /**
   * Counts every change, from 1: the ETag of the record.
   */
  version: number
  /**
   * Counts rotations, from 1. Values of earlier generations end.
   */
  generation: number
  /**
   * When the record was made.
   */
  created_at: string
  /**
   * When the edge last asked for it, for a value or an open session of it: at most one `REVOCATION_LEASE` older than the last opening; null: never. Values that are then refused count too: rotated out, spent, or for what was taken from the record.
   */
  last_used_at: string | null
  /**
   * When it was revoked; null: it was not.
   */
  revoked_at: string | null
  /**
   * `pending` before `from`, then `active`, `expired` from `to` on, or `revoked`.
   */
  status: 'pending' | 'active' | 'expired' | 'revoked'
  /**
   * The embed token value, a JWS: what the tag takes. Whoever holds it can redeem it.
   */
  token: string
  /**
   * When the value ends; null: it does not end by itself.
   */
  token_expires_at: string | null
}
/**
 * A token record and the value that it gives out now.
 */
export interface RefreshedToken {
  /**
   * Begins with `tok_`.
   */
  id: string
  /**
   * The user whose Biuwer rights the token gives.
   */
  user: string
  /**
   * The resource ids that may be opened; null: any.
   */
  resources: string[] | null
  /**
   * The host origins it may be used on; null: any that `ALLOWED_ORIGINS` allows.
   */
  origins: string[] | null
  /**
   * How often the record gives out a new value.
   */
  refresh: 'none' | 'monthly' | 'daily' | 'single-use'
  /**
   * It stands from then on.
   */
  from: string
  /**
   * It stands until then, that moment excluded; null: it never ends.
   */
  to: string | null
  /**
   * The IANA zone whose midnights and months bound the values.
   */
  time_zone: string
  /**
   * Seconds that a value lives on after its period, and a generation after its rotation.
   */
  overlap: number
  /**
   * Seconds from issue to the end of a single-use value; null for other policies.
   */
  single_use_ttl: number | null
  /**
   * Where the spends of a single-use record are kept; null: near the first use.
   */
  region: ('wnam' | 'enam' | 'sam' | 'weur' | 'eeur' | 'apac' | 'oc' | 'afr' | 'me') | null
  /**
   * For whoever reads the list; means nothing to the edge.
   */
  label: string | null
  /**
   * Facts of your own, such as your record of the user.
   */
  metadata: {
    [k: string]: string
  }
  /**
   * Counts every change, from 1: the ETag of the record.
   */
  version: number
  /**
   * Counts rotations, from 1. Values of earlier generations end.
   */
  generation: number
  /**
   * When the record was made.
   */
  created_at: string
  /**
   * When the edge last asked for it, for a value or an open session of it: at most one `REVOCATION_LEASE` older than the last opening; null: never. Values that are then refused count too: rotated out, spent, or for what was taken from the record.
   */
  last_used_at: string | null
  /**
   * When it was revoked; null: it was not.
   */
  revoked_at: string | null
  /**
   * `pending` before `from`, then `active`, `expired` from `to` on, or `revoked`.
   */
  status: 'pending' | 'active' | 'expired' | 'revoked'
  /**
   * The embed token value, a JWS: what the tag takes. Whoever holds it can redeem it.
   */
  token: string
  /**
   * When the value ends; null: it does not end by itself.
   */
  token_expires_at: string | null
  effective_by?: EffectiveBy4
}
/**
 * After a rotation: from when older values open nothing.
 */
export interface EffectiveBy4 {
  /**
   * No session opens against the change from then on.
   */
  new_sessions: string
  /**
   * No session that was open against it is shown from then on.
   */
  open_sessions: string
}
/**
 * A token record after a change.
 */
export interface ChangedToken {
  /**
   * Begins with `tok_`.
   */
  id: string
  /**
   * The user whose Biuwer rights the token gives.
   */
  user: string
  /**
   * The resource ids that may be opened; null: any.
   */
  resources: string[] | null
  /**
   * The host origins it may be used on; null: any that `ALLOWED_ORIGINS` allows.
   */
  origins: string[] | null
  /**
   * How often the record gives out a new value.
   */
  refresh: 'none' | 'monthly' | 'daily' | 'single-use'
  /**
   * It stands from then on.
   */
  from: string
  /**
   * It stands until then, that moment excluded; null: it never ends.
   */
  to: string | null
  /**
   * The IANA zone whose midnights and months bound the values.
   */
  time_zone: string
  /**
   * Seconds that a value lives on after its period, and a generation after its rotation.
   */
  overlap: number
  /**
   * Seconds from issue to the end of a single-use value; null for other policies.
   */
  single_use_ttl: number | null
  /**
   * Where the spends of a single-use record are kept; null: near the first use.
   */
  region: ('wnam' | 'enam' | 'sam' | 'weur' | 'eeur' | 'apac' | 'oc' | 'afr' | 'me') | null
  /**
   * For whoever reads the list; means nothing to the edge.
   */
  label: string | null
  /**
   * Facts of your own, such as your record of the user.
   */
  metadata: {
    [k: string]: string
  }
  /**
   * Counts every change, from 1: the ETag of the record.
   */
  version: number
  /**
   * Counts rotations, from 1. Values of earlier generations end.
   */
  generation: number
  /**
   * When the record was made.
   */
  created_at: string
  /**
   * When the edge last asked for it, for a value or an open session of it: at most one `REVOCATION_LEASE` older than the last opening; null: never. Values that are then refused count too: rotated out, spent, or for what was taken from the record.
   */
  last_used_at: string | null
  /**
   * When it was revoked; null: it was not.
   */
  revoked_at: string | null
  /**
   * `pending` before `from`, then `active`, `expired` from `to` on, or `revoked`.
   */
  status: 'pending' | 'active' | 'expired' | 'revoked'
  effective_by: EffectiveBy5
}
/**
 * From when the change holds everywhere.
 */
export interface EffectiveBy5 {
  /**
   * No session opens against the change from then on.
   */
  new_sessions: string
  /**
   * No session that was open against it is shown from then on.
   */
  open_sessions: string
}
/**
 * A page of token records, newest first.
 */
export interface TokenList {
  /**
   * The records.
   */
  items: TokenRecord[]
  /**
   * Pass it as `cursor` for the next page; null: this is the last.
   */
  next_cursor: string | null
}
/**
 * One of the questions that an opening has to pass.
 */
export interface Check {
  /**
   * Which one.
   */
  check: 'signature' | 'record' | 'validity' | 'resource' | 'origin' | 'revocation' | 'user' | 'single_use'
  /**
   * Whether it is passed.
   */
  ok: boolean
  /**
   * The answer in a sentence.
   */
  detail: string
}
/**
 * Every check that could be made, in the order of an opening.
 */
export interface Explanation {
  /**
   * Whether every check is passed.
   */
  allowed: boolean
  /**
   * The checks.
   */
  checks: Check[]
}
/**
 * A management action.
 */
export interface AuditEntry {
  /**
   * When.
   */
  at: string
  /**
   * The admin key's short digest.
   */
  actor: string
  /**
   * What was done: `user.link`, `user.unlink`, `user.revoke_tokens`, `token.create`, `token.update`, `token.rotate`, `token.revoke`, `token.preview`, `export`, `import`, `vault.reencrypt`.
   */
  action: string
  /**
   * The user or the token record.
   */
  target: string
  /**
   * The request that did it.
   */
  request_id: string
}
/**
 * A page of management actions, newest first.
 */
export interface AuditList {
  /**
   * The actions.
   */
  items: AuditEntry[]
  /**
   * Pass it as `cursor` for the next page; null: this is the last.
   */
  next_cursor: string | null
}
/**
 * RFC 7662. An inactive value has `active` alone.
 */
export interface Introspection {
  /**
   * Whether the value would open a session for a page view that has not redeemed it yet.
   */
  active: boolean
  /**
   * What kind of token it is.
   */
  token_type?: 'biuwer-embed'
  /**
   * The user whose Biuwer rights it gives.
   */
  username?: string
  /**
   * Who issued it.
   */
  iss?: 'biuwer-embed'
  /**
   * The record's id.
   */
  sub?: string
  /**
   * When it was issued, in seconds since 1970.
   */
  iat?: number
  /**
   * From when on it is valid.
   */
  nbf?: number
  /**
   * When it ends, by itself or with its record; absent: never.
   */
  exp?: number
  /**
   * The value's own id.
   */
  jti?: string
  /**
   * The resource ids that it opens by now; absent: any.
   */
  resources?: string[]
  /**
   * The origins that it may be used on by now; absent: any.
   */
  origins?: string[]
}
/**
 * Where to go on; the body may be left out.
 */
export interface ReencryptRequest {
  /**
   * `next_cursor` of the call before. Pass next_cursor of the page before, as it came.
   */
  cursor?: string
}
/**
 * What an import did.
 */
export interface Imported {
  /**
   * How many items were new.
   */
  imported: number
  /**
   * How many were there already, or are users who were unlinked since.
   */
  skipped: number
}
/**
 * What a re-encryption did.
 */
export interface Reencrypted {
  /**
   * How many entries this call sealed anew.
   */
  reencrypted: number
  /**
   * How many the first key has not sealed yet, those that can not be opened among them.
   */
  remaining: number
  /**
   * Users whose entries this call left as they are: no key of `VAULT_KEYS` opens them. `kid` names the key that sealed them: put it back, or link the users anew.
   */
  unopened: {
    user: string
    kid: string
  }[]
  /**
   * Pass it as `cursor` to go on; null: every entry was tried.
   */
  next_cursor: string | null
}
/**
 * A deployment that has all of its settings.
 */
export interface Health {
  /**
   * Always `ok`.
   */
  status: 'ok'
  /**
   * The product's version.
   */
  version: string
  /**
   * Settings that accept a risk, and what it is; absent where there is none.
   */
  warnings?: string[]
}
/**
 * One mistake in a request, or in a setting.
 */
export interface Mistake {
  /**
   * The dotted name of the field, the header or the setting.
   */
  path: string
  /**
   * What to do about it. Never repeats the value.
   */
  message: string
}
/**
 * A refusal (RFC 9457).
 */
export interface Problem {
  /**
   * The code's entry in this edge's documentation.
   */
  type: string
  /**
   * The code in words.
   */
  title: string
  /**
   * The HTTP status.
   */
  status: number
  /**
   * Why, for programs. Stable.
   */
  code:
    | 'token_malformed'
    | 'token_invalid'
    | 'token_not_yet_valid'
    | 'token_expired'
    | 'token_revoked'
    | 'token_spent'
    | 'resource_not_allowed'
    | 'origin_not_allowed'
    | 'frame_exposed'
    | 'user_not_linked'
    | 'session_expired'
    | 'session_revoked'
    | 'unauthorized'
    | 'invalid_request'
    | 'not_found'
    | 'method_not_allowed'
    | 'conflict'
    | 'precondition_failed'
    | 'payload_too_large'
    | 'unsupported_media_type'
    | 'idempotency_mismatch'
    | 'rate_limited'
    | 'misconfigured'
    | 'unavailable'
    | 'internal'
  /**
   * Why, for people.
   */
  detail: string
  /**
   * The same as in `X-Request-Id`: name it when you ask for help.
   */
  request_id: string
  /**
   * With `invalid_request` and `misconfigured`: every mistake, 100 at most.
   */
  errors?: Mistake[]
  /**
   * With `token_not_yet_valid`: from when on the value is valid.
   */
  valid_from?: string
}
