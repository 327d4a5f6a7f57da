import * as v from 'valibot'
import type { CheckName } from '../worker/policy/explanation.ts'
import { REFRESH_POLICIES, REGIONS } from '../worker/policy/record.ts'
import { ANSWERS } from '../worker/problems.ts'
import type { TokenAnswer } from '../worker/routes/answers.ts'
import type { AuditAction } from '../worker/storage/audit.ts'
import type {
  Code,
  SessionOpened as WireOpened,
  Problem as WireProblem,
  SessionStatus as WireStatus,
} from '../worker/wire.ts'

/**
 * The shapes of answers, for the document and the types made from it. The worker builds its answers from
 * typed values and checks none at run time; the tests hold each against these.
 */

const timestamp = v.pipe(v.string(), v.isoTimestamp())
const cursor = v.nullable(v.string())
const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const codes = Object.keys(ANSWERS) as [Code, ...Code[]]

export const EffectiveBy = v.object({ new_sessions: timestamp, open_sessions: timestamp })

export const User = v.object({ user: v.string(), linked_at: timestamp, updated_at: timestamp })
export const LinkedUser = v.object({ ...User.entries, live_tokens: whole })
export const UserList = v.object({ items: v.array(LinkedUser), next_cursor: cursor })
export const RelinkedUser = v.object({ ...User.entries, effective_by: EffectiveBy })
export const UnlinkedUser = v.object({ user: v.string(), revoked: whole, effective_by: EffectiveBy })
export const RevokedTokens = v.object({ revoked: whole, effective_by: EffectiveBy })

export const TokenRecord = v.object({
  id: v.string(),
  user: v.string(),
  resources: v.nullable(v.array(v.string())),
  origins: v.nullable(v.array(v.string())),
  refresh: v.picklist(REFRESH_POLICIES),
  from: timestamp,
  to: v.nullable(timestamp),
  time_zone: v.string(),
  overlap: whole,
  single_use_ttl: v.nullable(whole),
  region: v.nullable(v.picklist(REGIONS)),
  label: v.nullable(v.string()),
  metadata: v.record(v.string(), v.string()),
  version: whole,
  generation: whole,
  created_at: timestamp,
  last_used_at: v.nullable(timestamp),
  revoked_at: v.nullable(timestamp),
  status: v.picklist(['pending', 'active', 'expired', 'revoked']),
}) satisfies v.GenericSchema<TokenAnswer>

const value = { token: v.string(), token_expires_at: v.nullable(timestamp) }
export const IssuedToken = v.object({ ...TokenRecord.entries, ...value })
export const PreviewValue = v.object(value)
export const RefreshedToken = v.object({ ...IssuedToken.entries, effective_by: v.exactOptional(EffectiveBy) })
export const ChangedToken = v.object({ ...TokenRecord.entries, effective_by: EffectiveBy })
export const TokenList = v.object({ items: v.array(TokenRecord), next_cursor: cursor })

const CHECK_NAMES = [
  'signature',
  'record',
  'validity',
  'resource',
  'origin',
  'revocation',
  'user',
  'single_use',
] as const satisfies CheckName[]
export const Check = v.object({ check: v.picklist(CHECK_NAMES), ok: v.boolean(), detail: v.string() })
export const Explanation = v.object({ allowed: v.boolean(), checks: v.array(Check) })

export const Share = v.object({ src: v.string(), name: v.string() })
export const SessionOpened = v.object({
  session_id: v.string(),
  user: v.string(),
  resource: v.string(),
  expires_at: timestamp,
  check_after_seconds: whole,
  share: Share,
  session_token: v.string(),
}) satisfies v.GenericSchema<WireOpened>
export const SessionStatus = v.object({
  expires_at: timestamp,
  check_after_seconds: whole,
}) satisfies v.GenericSchema<WireStatus>

const ACTIONS: Record<AuditAction, true> = {
  'user.link': true,
  'user.unlink': true,
  'user.revoke_tokens': true,
  'token.create': true,
  'token.update': true,
  'token.rotate': true,
  'token.revoke': true,
  'token.preview': true,
  export: true,
  import: true,
  'vault.reencrypt': true,
}
/** No closed list in answers: an imported audit may know others. */
export const AUDIT_ACTIONS = Object.keys(ACTIONS)

export const AuditEntry = v.object({
  at: timestamp,
  actor: v.string(),
  action: v.string(),
  target: v.string(),
  request_id: v.string(),
})
export const AuditList = v.object({ items: v.array(AuditEntry), next_cursor: cursor })

export const Introspection = v.object({
  active: v.boolean(),
  token_type: v.exactOptional(v.literal('biuwer-embed')),
  username: v.exactOptional(v.string()),
  iss: v.exactOptional(v.literal('biuwer-embed')),
  sub: v.exactOptional(v.string()),
  iat: v.exactOptional(whole),
  nbf: v.exactOptional(whole),
  exp: v.exactOptional(whole),
  jti: v.exactOptional(v.string()),
  resources: v.exactOptional(v.array(v.string())),
  origins: v.exactOptional(v.array(v.string())),
})
export const OAuthError = v.object({
  error: v.picklist(['invalid_request', 'invalid_client', 'temporarily_unavailable', 'server_error']),
  error_description: v.string(),
})
export const ServerMetadata = v.object({
  issuer: v.string(),
  introspection_endpoint: v.string(),
  introspection_endpoint_auth_methods_supported: v.array(v.string()),
  revocation_endpoint: v.string(),
  revocation_endpoint_auth_methods_supported: v.array(v.string()),
  response_types_supported: v.array(v.string()),
})

export const Imported = v.object({ imported: whole, skipped: whole })
export const Reencrypted = v.object({
  reencrypted: whole,
  remaining: whole,
  unopened: v.array(v.object({ user: v.string(), kid: v.string() })),
  next_cursor: cursor,
})

export const Health = v.object({
  status: v.literal('ok'),
  version: v.string(),
  warnings: v.optional(v.array(v.string())),
})

export const Mistake = v.object({ path: v.string(), message: v.string() })
export const Problem = v.object({
  type: v.string(),
  title: v.string(),
  status: whole,
  code: v.picklist(codes),
  detail: v.string(),
  request_id: v.string(),
  errors: v.exactOptional(v.array(Mistake)),
  valid_from: v.exactOptional(timestamp),
}) satisfies v.GenericSchema<WireProblem>

export const Deployment = v.object({
  version: v.string(),
  actor: v.string(),
  biuwer_instance: v.string(),
  allowed_origins: v.nullable(v.array(v.string())),
  session_ttl: whole,
  session_check: whole,
  revocation_lease: whole,
})

export const Statistics = v.object({
  since: timestamp,
  counted_at: timestamp,
  users: whole,
  tokens: v.object({ pending: whole, active: whole, expired: whole, revoked: whole }),
  actions: v.array(v.object({ day: timestamp, action: v.string(), count: whole })),
  openings: v.variant('readable', [
    v.object({
      readable: v.literal(true),
      items: v.array(v.object({ day: timestamp, code: v.string(), count: whole })),
    }),
    v.object({ readable: v.literal(false), reason: v.picklist(['not_configured', 'failed']) }),
  ]),
})
