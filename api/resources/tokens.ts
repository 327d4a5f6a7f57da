import * as v from 'valibot'
import { REFRESH_POLICIES, REGIONS } from '../../worker/policy/record.ts'
import type { TokenAnswer } from '../../worker/routes/answer-fields.ts'
import {
  RefreshRequest as RefreshRequestSchema,
  TokenListQuery,
  TokenRequest as TokenRequestSchema,
  UpdateRequest as UpdateRequestSchema,
} from '../../worker/routes/token-request.ts'
import { body, json, TAGGED } from '../content.ts'
import { EFFECTIVE_BY, GIVEN, HOST, RECORD, RESOURCE, REVOKED } from '../examples.ts'
import { cursor, EFFECT, EffectiveBy, NEXT_CURSOR, PAGE_QUERY, timestamp, whole } from '../fields.ts'
import { named, queryParameters } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
import { IDEMPOTENCY_KEY, REPLAYED } from '../repetition.ts'
import type { Parameter, Paths } from '../shape.ts'

const SCOPE = {
  resources: 'The resource ids (Biuwer\'s "Shared Resource Token") that may be opened; null or absent: any.',
  origins:
    'The host origins it may be used on, each within `ALLOWED_ORIGINS`; null or absent: any that it allows.',
}

const LABEL = { label: 'For whoever reads the list; means nothing to the edge.' }
const TO = 'It stands until then, that moment excluded; null: it never ends.'
const METADATA = 'Facts of your own, such as your record of the user.'

const RECORD_FIELDS = {
  id: 'Begins with `tok_`.',
  user: 'The user whose Biuwer rights the token gives.',
  resources: 'The resource ids that may be opened; null: any.',
  origins:
    'The host origins it may be used on, or `https://*.example.com` for all below a name; null: any that `ALLOWED_ORIGINS` allows.',
  refresh: 'How often the record gives out a new token.',
  from: 'It stands from then on.',
  to: TO,
  time_zone: 'The IANA zone whose midnights and months bound the tokens.',
  overlap: 'Seconds that a token lives on after its period, and a generation after its rotation.',
  single_use_ttl: 'Seconds from issue to the end of a single-use token; null for other policies.',
  region: 'Where the spends of a single-use record are kept; null: near the first use.',
  ...LABEL,
  metadata: METADATA,
  version: 'Counts every change, from 1: the ETag of the record.',
  generation:
    'Greater with each rotation: the time when the present generation began, in milliseconds since 1970. Records of version 0.1.0 counted from 1 until their next rotation. Tokens of earlier generations end.',
  created_at: 'When the record was made.',
  last_used_at:
    'When the edge last asked for it, for a token or an open session of it: at most one `REVOCATION_LEASE` older than the last opening; null: never. Tokens that are then refused count too: rotated out, spent, or for what was taken from the record.',
  revoked_at: 'When it was revoked; null: it was not.',
  status: '`pending` before `from`, then `active`, `expired` from `to` on, or `revoked`.',
}
const TOKEN_FIELDS = {
  token: 'The embed token, a JWS: what the tag takes. Whoever holds it can redeem it.',
  token_expires_at: 'When the token ends; null: it does not end by itself.',
}

const TokenRequest = named(
  'TokenRequest',
  TokenRequestSchema,
  'What a new token record allows. Only `user` is required.',
  {
    user: 'The user whose Biuwer rights the token gives; linked before.',
    ...SCOPE,
    refresh:
      'How often the record gives out a new token: `none` keeps one, `daily` and `monthly` give one a calendar day or month in `time_zone`, `single-use` gives one at every refresh, spent by the first page view that redeems it.',
    from: 'It stands from then on. Default: now.',
    to: `${TO} After \`from\`, and in the future.`,
    time_zone: 'The zone whose midnights and months bound the tokens.',
    overlap:
      'Seconds that a token lives on after its period, and a generation after its rotation. Default: 3600 for `daily`, 86400 for `monthly`, else 0.',
    single_use_ttl:
      'Seconds from issue to the end of a single-use token. Default: 300. Only with `single-use`.',
    region: 'A Durable Object location hint: where the spends of a single-use record are kept.',
    ...LABEL,
    metadata: METADATA,
  },
)

const UpdateRequest = named(
  'UpdateRequest',
  UpdateRequestSchema,
  'What to change. A field that is left out stays. `to`, `resources` and `origins` start new tokens.',
  {
    ...LABEL,
    metadata: 'Merged into what is there (RFC 7396): a key with null is taken out. At most 50 keys in all.',
    to: `${TO} After \`from\`, and in the future.`,
    ...SCOPE,
  },
)

const RefreshRequest = named(
  'RefreshRequest',
  RefreshRequestSchema,
  'How to refresh; the body may be left out.',
  {
    rotate: 'Start a new generation: older tokens end after the overlap of the record.',
  },
)

const TokenRecord = named(
  'TokenRecord',
  v.object({
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
  }) satisfies v.GenericSchema<TokenAnswer>,
  'A token record: durable, gives out tokens over time.',
  RECORD_FIELDS,
)

const given = { token: v.string(), token_expires_at: v.nullable(timestamp) }

const IssuedToken = named(
  'IssuedToken',
  v.object({ ...TokenRecord.schema.entries, ...given }),
  'A token record and the token that it gives out now.',
  {
    ...RECORD_FIELDS,
    ...TOKEN_FIELDS,
  },
)

const RefreshedToken = named(
  'RefreshedToken',
  v.object({ ...IssuedToken.schema.entries, effective_by: v.exactOptional(EffectiveBy.schema) }),
  'A token record and the token that it gives out now.',
  {
    ...RECORD_FIELDS,
    ...TOKEN_FIELDS,
    effective_by: 'After a rotation: from when older tokens open nothing.',
  },
)

const ChangedToken = named(
  'ChangedToken',
  v.object({ ...TokenRecord.schema.entries, effective_by: EffectiveBy.schema }),
  'A token record after a change.',
  { ...RECORD_FIELDS, ...EFFECT },
)

const TokenList = named(
  'TokenList',
  v.object({ items: v.array(TokenRecord.schema), next_cursor: cursor }),
  'A page of token records, newest first.',
  {
    items: 'The records.',
    ...NEXT_CURSOR,
  },
)

const tags: [string] = ['Tokens']
const security = [{ admin: [] }]

/** The record that an address names. */
export const RECORD_ID: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: "The record's id.",
  schema: { type: 'string' },
  example: RECORD.id,
}

export const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  description:
    'The `ETag` of what the change was decided on, its `version` between quotes; as a weak one (`W/"1"`), too. Where somebody changed it since, the change is refused.',
  schema: { type: 'string', pattern: '^((W/)?"\\d{1,15}"|\\*)$' },
  example: '"1"',
}

export const TOKENS: Paths = {
  '/v1/tokens': {
    post: {
      operationId: 'createToken',
      tags,
      summary: 'Create a token record',
      description:
        'Answers with the record and the token that it gives out now, which works at once, anywhere.',
      security,
      parameters: [IDEMPOTENCY_KEY],
      requestBody: body(TokenRequest, {
        simple: { user: 'store-1' },
        daily: {
          user: 'store-1',
          resources: [RESOURCE],
          refresh: 'daily',
          time_zone: 'Europe/Madrid',
          label: 'Sales of store 1',
        },
        single_use: { user: 'store-1', refresh: 'single-use', single_use_ttl: 120, origins: [HOST] },
      }),
      responses: {
        201: json(
          IssuedToken,
          'The record and its token.',
          {
            created: { ...RECORD, last_used_at: null, ...GIVEN },
          },
          REPLAYED,
        ),
        ...problems([...WITH_BODY, 'user_not_linked', 'conflict', 'idempotency_mismatch', ...MANAGED]),
      },
    },
    get: {
      operationId: 'listTokens',
      tags,
      summary: 'List token records',
      description: 'Newest first, strongly consistent.',
      security,
      parameters: queryParameters(TokenListQuery, {
        user: 'Only records of this user.',
        status: 'Only records of this status.',
        text: 'Only records with this in their user or label, whatever its case and accents; or, from `tok_` on, in the beginning of their id.',
        ...PAGE_QUERY,
      }),
      responses: {
        200: json(TokenList, 'A page of records.', { page: { items: [RECORD], next_cursor: 'djE6NDE' } }),
        ...problems(['invalid_request', ...MANAGED]),
      },
    },
  },
  '/v1/tokens/{id}': {
    get: {
      operationId: 'getToken',
      tags,
      summary: 'Show a token record',
      security,
      parameters: [RECORD_ID],
      responses: {
        200: json(TokenRecord, 'The record.', { record: RECORD }, TAGGED),
        ...problems(['not_found', ...MANAGED]),
      },
    },
    patch: {
      operationId: 'updateToken',
      tags,
      summary: 'Change a token record',
      description:
        'What narrows holds everywhere by `effective_by`, for tokens and sessions given out before; what widens holds for tokens given out from now on. A record that has ended takes a new label and metadata alone.',
      security,
      parameters: [RECORD_ID, IF_MATCH, IDEMPOTENCY_KEY],
      requestBody: body(
        UpdateRequest,
        { narrow: { resources: [RESOURCE] }, relabel: { label: 'Sales', metadata: { store: null } } },
        false,
      ),
      responses: {
        200: json(
          ChangedToken,
          'The record as it is now.',
          { changed: { ...RECORD, version: 2, effective_by: EFFECTIVE_BY } },
          { ...TAGGED, ...REPLAYED },
        ),
        ...problems([
          ...WITH_BODY,
          'not_found',
          'conflict',
          'precondition_failed',
          'idempotency_mismatch',
          ...MANAGED,
        ]),
      },
    },
    delete: {
      operationId: 'revokeToken',
      tags,
      summary: 'Revoke a token record',
      description: 'Again: the same answer, whatever version `If-Match` names.',
      security,
      parameters: [RECORD_ID, IF_MATCH, IDEMPOTENCY_KEY],
      responses: {
        200: json(
          ChangedToken,
          'The record is revoked.',
          { revoked: { ...REVOKED, effective_by: EFFECTIVE_BY } },
          REPLAYED,
        ),
        ...problems([
          'invalid_request',
          'not_found',
          'precondition_failed',
          'idempotency_mismatch',
          ...MANAGED,
        ]),
      },
    },
  },
  '/v1/tokens/{id}/refresh': {
    post: {
      operationId: 'refreshToken',
      tags,
      summary: 'Get the current token',
      description:
        'The token that the record gives out now, by its policy: the same within a period, a new one each time for `single-use`. With `rotate` a new generation starts at once; earlier tokens end after the overlap of the record; an `Idempotency-Key` makes sure that it is only one.',
      security,
      parameters: [RECORD_ID, IF_MATCH, IDEMPOTENCY_KEY],
      requestBody: body(RefreshRequest, { refresh: {}, rotate: { rotate: true } }, false),
      responses: {
        200: json(
          RefreshedToken,
          'The record and its token.',
          {
            refreshed: { ...RECORD, ...GIVEN },
            rotated: {
              ...RECORD,
              generation: RECORD.generation + 86_400_000,
              ...GIVEN,
              effective_by: EFFECTIVE_BY,
            },
          },
          REPLAYED,
        ),
        ...problems([
          ...WITH_BODY,
          'not_found',
          'conflict',
          'precondition_failed',
          'idempotency_mismatch',
          ...MANAGED,
        ]),
      },
    },
  },
}
