import {
  ExplainRequest,
  LinkRequest,
  OpenRequest,
  PreviewRequest,
  ReencryptRequest,
} from '../worker/routes/requests.ts'
import { RefreshRequest, TokenRequest, UpdateRequest } from '../worker/routes/token-request.ts'
import * as answers from './answers.ts'
import { named } from './json-schema.ts'

const SCOPE = {
  resources: 'The resource ids (Biuwer\'s "Shared Resource Token") that may be opened; null or absent: any.',
  origins: 'The host origins it may be used on; null or absent: any that `ALLOWED_ORIGINS` allows.',
}
const LABEL = { label: 'For whoever reads the list; means nothing to the edge.' }
const TO = 'It stands until then, that moment excluded; null: it never ends.'
const METADATA = 'Facts of your own, such as your record of the user.'

const RECORD = {
  id: 'Begins with `tok_`.',
  user: 'The user whose Biuwer rights the token gives.',
  resources: 'The resource ids that may be opened; null: any.',
  origins: 'The host origins it may be used on; null: any that `ALLOWED_ORIGINS` allows.',
  refresh: 'How often the record gives out a new value.',
  from: 'It stands from then on.',
  to: TO,
  time_zone: 'The IANA zone whose midnights and months bound the values.',
  overlap: 'Seconds that a value lives on after its period, and a generation after its rotation.',
  single_use_ttl: 'Seconds from issue to the end of a single-use value; null for other policies.',
  region: 'Where the spends of a single-use record are kept; null: near the first use.',
  ...LABEL,
  metadata: METADATA,
  version: 'Counts every change, from 1: the ETag of the record.',
  generation: 'Counts rotations, from 1. Values of earlier generations end.',
  created_at: 'When the record was made.',
  last_used_at:
    'When the edge last asked for it, for a value or an open session of it: at most one `REVOCATION_LEASE` older than the last opening; null: never. Values that are then refused count too: rotated out, spent, or for what was taken from the record.',
  revoked_at: 'When it was revoked; null: it was not.',
  status: '`pending` before `from`, then `active`, `expired` from `to` on, or `revoked`.',
}
const VALUE = {
  token: 'The embed token value, a JWS: what the tag takes. Whoever holds it can redeem it.',
  token_expires_at: 'When the value ends; null: it does not end by itself.',
}
const EFFECT = { effective_by: 'From when the change holds everywhere.' }
const PAGE = { next_cursor: 'Pass it as `cursor` for the next page; null: this is the last.' }
const CHECK_AFTER = 'The frame takes the page down unless a check begun within so many seconds succeeded.'

/** Every schema of the document that has a name. */
export const COMPONENTS = {
  LinkRequest: named(LinkRequest, "A user's Biuwer authentication token.", {
    biuwer_token:
      "Biuwer's own long-lived secret of the user. It goes into the vault and is never given back.",
  }),
  TokenRequest: named(TokenRequest, 'What a new token record allows. Only `user` is required.', {
    user: 'The user whose Biuwer rights the token gives; linked before.',
    ...SCOPE,
    refresh:
      'How often the record gives out a new value: `none` keeps one, `daily` and `monthly` give one a calendar day or month in `time_zone`, `single-use` gives one at every refresh, spent by the first page view that redeems it.',
    from: 'It stands from then on. Default: now.',
    to: `${TO} After \`from\`, and in the future.`,
    time_zone: 'The zone whose midnights and months bound the values.',
    overlap:
      'Seconds that a value lives on after its period, and a generation after its rotation. Default: 3600 for `daily`, 86400 for `monthly`, else 0.',
    single_use_ttl:
      'Seconds from issue to the end of a single-use value. Default: 300. Only with `single-use`.',
    region: 'A Durable Object location hint: where the spends of a single-use record are kept.',
    ...LABEL,
    metadata: METADATA,
  }),
  UpdateRequest: named(
    UpdateRequest,
    'What to change. A field that is left out stays. `to`, `resources` and `origins` start new values.',
    {
      ...LABEL,
      metadata: 'Merged into what is there (RFC 7396): a key with null is taken out. At most 50 keys in all.',
      to: `${TO} After \`from\`, and in the future.`,
      ...SCOPE,
    },
  ),
  RefreshRequest: named(RefreshRequest, 'How to refresh; the body may be left out.', {
    rotate: 'Start a new generation: older values end after the overlap of the record.',
  }),
  PreviewRequest: named(PreviewRequest, 'What to try.', { resource: 'The resource id to be opened.' }),
  ExplainRequest: named(ExplainRequest, 'What to ask about. What is left out is not checked.', {
    token: 'A value that the record is said to have given out.',
    resource: 'The resource id to be opened.',
    origin: 'The origin of the host page.',
    at: 'The moment asked about. Default: now.',
  }),
  OpenRequest: named(OpenRequest, 'What the frame asks.', {
    token: 'The embed token value.',
    resource: 'The resource id to open.',
    origin: "The host page's origin as the browser reported it to the frame.",
    exposed:
      'Whether the frame found that scripts of the page can reach its child windows, as in Firefox where page and edge are of different sites. Default: false, but true in Firefox.',
    session_key:
      'At least 128 random bits as base64url, made once per page view and value. A single-use value binds to the first that redeems it; a renewal carries the same one.',
  }),
  EffectiveBy: named(answers.EffectiveBy, 'From when a change holds everywhere; both times are guaranteed.', {
    new_sessions: 'No session opens against the change from then on.',
    open_sessions: 'No session that was open against it is shown from then on.',
  }),
  User: named(answers.User, 'A linked user, without the secret.', {
    user: 'The user.',
    linked_at: 'When the user was first linked.',
    updated_at: 'When the Biuwer authentication token was last set.',
  }),
  LinkedUser: named(answers.LinkedUser, 'A linked user, without the secret.', {
    user: 'The user.',
    linked_at: 'When the user was first linked.',
    updated_at: 'When the Biuwer authentication token was last set.',
    live_tokens: 'How many token records of the user have neither ended nor been revoked.',
  }),
  UserList: named(answers.UserList, 'A page of users, by name.', { items: 'The users.', ...PAGE }),
  PreviewValue: named(answers.PreviewValue, "A value that opens on the edge's own pages alone.", {
    token: 'The value, for the tag.',
    token_expires_at: 'When the value, and what it opened, ends: five minutes from now at most.',
  }),
  Deployment: named(answers.Deployment, 'The settings that are no secret.', {
    version: 'Of the product that is deployed.',
    actor: 'Short digest of the admin key that asked, as the audit names it.',
    biuwer_instance: 'Origin of the Biuwer instance.',
    allowed_origins: 'The origins that may show dashboards; null: any.',
    session_ttl: 'Seconds that a session lasts at most.',
    session_check: 'Seconds within which a session has to be confirmed.',
    revocation_lease: 'Seconds after which a change holds for new sessions.',
  }),
  Statistics: named(answers.Statistics, 'What the deployment counts.', {
    since: 'Actions and openings are counted from this midnight (UTC) on.',
    counted_at: 'When users and tokens were counted.',
    users: 'Users that are linked.',
    tokens: 'Token records by status.',
    actions: 'Management actions by day.',
    openings:
      'Sessions opened, and refused by code, by day, previews left out; or why they can not be read: `not_configured`, or `failed`, which the log explains.',
  }),
  RelinkedUser: named(answers.RelinkedUser, 'A user who was linked before.', {
    user: 'The user.',
    linked_at: 'When the user was first linked.',
    updated_at: 'When the Biuwer authentication token was last set.',
    effective_by: 'From when the former Biuwer authentication token is used nowhere.',
  }),
  UnlinkedUser: named(answers.UnlinkedUser, 'A user who is linked no longer.', {
    user: 'The user.',
    revoked: 'How many token records this revoked.',
    ...EFFECT,
  }),
  RevokedTokens: named(answers.RevokedTokens, "The end of all of a user's token records.", {
    revoked: 'How many token records this revoked.',
    ...EFFECT,
  }),
  TokenRecord: named(answers.TokenRecord, 'A token record: durable, gives out values over time.', RECORD),
  IssuedToken: named(answers.IssuedToken, 'A token record and the value that it gives out now.', {
    ...RECORD,
    ...VALUE,
  }),
  RefreshedToken: named(answers.RefreshedToken, 'A token record and the value that it gives out now.', {
    ...RECORD,
    ...VALUE,
    effective_by: 'After a rotation: from when older values open nothing.',
  }),
  ChangedToken: named(answers.ChangedToken, 'A token record after a change.', { ...RECORD, ...EFFECT }),
  TokenList: named(answers.TokenList, 'A page of token records, newest first.', {
    items: 'The records.',
    ...PAGE,
  }),
  Check: named(answers.Check, 'One of the questions that an opening has to pass.', {
    check: 'Which one.',
    ok: 'Whether it is passed.',
    detail: 'The answer in a sentence.',
  }),
  Explanation: named(answers.Explanation, 'Every check that could be made, in the order of an opening.', {
    allowed: 'Whether every check is passed.',
    checks: 'The checks.',
  }),
  Share: named(answers.Share, 'Where the frame navigates the inner iframe.', {
    src: "Biuwer's share page.",
    name: "The iframe's name. Holds Biuwer's secret: it never leaves the frame.",
  }),
  SessionOpened: named(answers.SessionOpened, 'An open session.', {
    session_id: 'The same for renewals with the same session key.',
    user: 'The user whose rights the page has.',
    resource: 'The resource id that was opened.',
    expires_at: 'When the session ends by itself.',
    check_after_seconds: CHECK_AFTER,
    share: 'Where the frame goes.',
    session_token: 'The bearer of `GET /v1/sessions/current`. A secret of the frame.',
  }),
  SessionStatus: named(answers.SessionStatus, 'A session that still stands.', {
    expires_at: 'When the session ends by itself.',
    check_after_seconds: CHECK_AFTER,
  }),
  AuditEntry: named(answers.AuditEntry, 'A management action.', {
    at: 'When.',
    actor: "The admin key's short digest.",
    action: `What was done: ${answers.AUDIT_ACTIONS.map((action) => `\`${action}\``).join(', ')}.`,
    target: 'The user or the token record.',
    request_id: 'The request that did it.',
  }),
  AuditList: named(answers.AuditList, 'A page of management actions, newest first.', {
    items: 'The actions.',
    ...PAGE,
  }),
  Introspection: named(answers.Introspection, 'RFC 7662. An inactive value has `active` alone.', {
    active: 'Whether the value would open a session for a page view that has not redeemed it yet.',
    token_type: 'What kind of token it is.',
    username: 'The user whose Biuwer rights it gives.',
    iss: 'Who issued it.',
    sub: "The record's id.",
    iat: 'When it was issued, in seconds since 1970.',
    nbf: 'From when on it is valid.',
    exp: 'When it ends, by itself or with its record; absent: never.',
    jti: "The value's own id.",
    resources: 'The resource ids that it opens by now; absent: any.',
    origins: 'The origins that it may be used on by now; absent: any.',
  }),
  OAuthError: named(
    answers.OAuthError,
    'An error as RFC 6749 §5.2 writes it: OAuth clients read only that.',
    {
      error: 'What went wrong.',
      error_description: 'The same in a sentence.',
    },
  ),
  ServerMetadata: named(answers.ServerMetadata, 'The subset of RFC 8414 that applies.', {
    issuer: "The edge's origin.",
    introspection_endpoint: 'RFC 7662.',
    introspection_endpoint_auth_methods_supported: 'How its callers prove themselves.',
    revocation_endpoint: 'RFC 7009.',
    revocation_endpoint_auth_methods_supported: 'How its callers prove themselves.',
    response_types_supported: 'None: there is no authorization endpoint.',
  }),
  ReencryptRequest: named(ReencryptRequest, 'Where to go on; the body may be left out.', {
    cursor: '`next_cursor` of the call before.',
  }),
  Imported: named(answers.Imported, 'What an import did.', {
    imported: 'How many items were new.',
    skipped: 'How many were there already, or are users who were unlinked since.',
  }),
  Reencrypted: named(answers.Reencrypted, 'What a re-encryption did.', {
    reencrypted: 'How many entries this call sealed anew.',
    remaining: 'How many the first key has not sealed yet, those that can not be opened among them.',
    unopened:
      'Users whose entries this call left as they are: no key of `VAULT_KEYS` opens them. `kid` names the key that sealed them: put it back, or link the users anew.',
    next_cursor: 'Pass it as `cursor` to go on; null: every entry was tried.',
  }),
  Health: named(answers.Health, 'A deployment that has all of its settings.', {
    status: 'Always `ok`.',
    version: "The product's version.",
    warnings: 'Settings that accept a risk, and what it is; absent where there is none.',
  }),
  Mistake: named(answers.Mistake, 'One mistake in a request, or in a setting.', {
    path: 'The dotted name of the field, the header or the setting.',
    message: 'What to do about it. Never repeats the value.',
  }),
  Problem: named(answers.Problem, 'A refusal (RFC 9457).', {
    type: "The code's entry in this edge's documentation.",
    title: 'The code in words.',
    status: 'The HTTP status.',
    code: 'Why, for programs. Stable.',
    detail: 'Why, for people.',
    request_id: 'The same as in `X-Request-Id`: name it when you ask for help.',
    errors: 'With `invalid_request` and `misconfigured`: every mistake, 100 at most.',
    valid_from: 'With `token_not_yet_valid`: from when on the value is valid.',
  }),
}

export type ComponentName = keyof typeof COMPONENTS

export function ref(name: ComponentName): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` }
}
