import * as v from 'valibot'
import { SIGNED_SECONDS } from '../../worker/policy/bounds.ts'
import { SignerListQuery, SignerPreviewRequest as SignerPreviewSchema } from '../../worker/routes/requests.ts'
import {
  SignerRequest as SignerSchema,
  SignerUpdateRequest as SignerUpdateSchema,
} from '../../worker/routes/signer-request.ts'
import { body, json, TAGGED } from '../content.ts'
import { EFFECTIVE_BY, GIVEN, RESOURCE } from '../examples.ts'
import { cursor, EFFECT, EffectiveBy, NEXT_CURSOR, PAGE_QUERY, timestamp, whole } from '../fields.ts'
import { named, queryParameters } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
import { IDEMPOTENCY_KEY, REPLAYED } from '../repetition.ts'
import type { Parameter, Paths } from '../shape.ts'
import { IF_MATCH } from './tokens.ts'
import { PreviewToken } from './trials.ts'

const ASKED = {
  name: 'Who or what signs, for whoever reads the audit.',
  keys: 'Public keys as a JWK Set (RFC 7517), at most 5: RS256 or PS256 (RSA of 2048 to 4096 bits, `alg` says which), ES256 (P-256), EdDSA (Ed25519). Each has a `kid`, which the header of a token names. A private key is refused, and not kept.',
  users:
    'Users that tokens may stand for, and beginnings of users that end in `*`; null: all. Others are `user_not_linked`.',
  resources: 'Resource ids that tokens may open; null: any. A token may narrow it, and never widen.',
  origins: 'Origins of host pages that tokens may be used on; null: any that the deployment allows.',
  max_ttl: `Seconds from \`iat\` to \`exp\` of a token at most: ${SIGNED_SECONDS.least} to ${SIGNED_SECONDS.most}, default 300.`,
  single_use: 'Whether each token is for one page view, which the spent-set knows by `jti`. Default: true.',
}

const SignerRequest = named('SignerRequest', SignerSchema, 'A signer to be made.', ASKED)
const SignerUpdateRequest = named(
  'SignerUpdateRequest',
  SignerUpdateSchema,
  'What to change of a signer. What is left out stays; `keys` replaces all of them.',
  ASKED,
)

const PublicKey = named(
  'PublicKey',
  v.object({
    kid: v.string(),
    alg: v.string(),
    use: v.literal('sig'),
    kty: v.string(),
    crv: v.exactOptional(v.string()),
    x: v.exactOptional(v.string()),
    y: v.exactOptional(v.string()),
    n: v.exactOptional(v.string()),
    e: v.exactOptional(v.string()),
  }),
  'A public key as a JWK (RFC 7517).',
  {
    kid: 'What the header of a token names it by.',
    alg: '`RS256`, `PS256`, `ES256` or `EdDSA`: no token may name another.',
    use: 'It verifies signatures.',
    kty: 'The kind of key.',
    crv: 'The curve.',
    x: 'Coordinate of the point.',
    y: 'Coordinate of the point.',
    n: 'The modulus.',
    e: 'The exponent.',
  },
)
const PublicKeys = named(
  'PublicKeys',
  v.object({ keys: v.array(PublicKey.schema) }),
  'A JWK Set (RFC 7517).',
  {
    keys: 'The keys.',
  },
)

const FIELDS = {
  id: 'The id: the `iss` of its tokens.',
  ...ASKED,
  version: 'Counts every change, from 1.',
  created_at: 'When it was made.',
  updated_at: 'When it was last changed.',
  last_used_at: 'When somebody last came with one of its tokens, to about a minute; null: never.',
  revoked_at: 'When it was deleted; null: it was not.',
  status: '`active` or `revoked`.',
}
const entries = {
  id: v.string(),
  name: v.string(),
  keys: PublicKeys.schema,
  users: v.nullable(v.array(v.string())),
  resources: v.nullable(v.array(v.string())),
  origins: v.nullable(v.array(v.string())),
  max_ttl: whole,
  single_use: v.boolean(),
  version: whole,
  created_at: timestamp,
  updated_at: timestamp,
  last_used_at: v.nullable(timestamp),
  revoked_at: v.nullable(timestamp),
  status: v.picklist(['active', 'revoked']),
}
const Signer = named('Signer', v.object(entries), 'Public keys whose holder signs tokens.', FIELDS)
const ChangedSigner = named(
  'ChangedSigner',
  v.object({ ...entries, effective_by: EffectiveBy.schema }),
  'A signer after a change.',
  { ...FIELDS, ...EFFECT },
)
const SignerList = named(
  'SignerList',
  v.object({ items: v.array(Signer.schema), next_cursor: cursor }),
  'A page of signers, newest first.',
  { items: 'The signers.', ...NEXT_CURSOR },
)
const SignerPreviewRequest = named('SignerPreviewRequest', SignerPreviewSchema, 'What to try.', {
  user: 'The user to try it for.',
  resource: 'The resource id to be opened.',
})

const KEY = {
  kid: '2026-03',
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}
const EXAMPLE = {
  id: 'sig_Yd0fV2cR8sWq1LhTz6JpXw',
  name: 'Backend of app.example.com',
  keys: {
    keys: [{ kid: KEY.kid, alg: 'ES256', use: 'sig', kty: KEY.kty, crv: KEY.crv, x: KEY.x, y: KEY.y }],
  },
  users: ['store-*'],
  resources: null,
  origins: null,
  max_ttl: 300,
  single_use: true,
  version: 1,
  created_at: '2026-03-14T12:00:00Z',
  updated_at: '2026-03-14T12:00:00Z',
  last_used_at: null,
  revoked_at: null,
  status: 'active',
}
const CHANGED = { ...EXAMPLE, version: 2, updated_at: '2026-03-14T13:00:00Z', effective_by: EFFECTIVE_BY }

const tags: [string] = ['Signers']
const security = [{ admin: [] }]
const ID: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The signer’s id.',
  schema: { type: 'string' },
  example: EXAMPLE.id,
}

export const SIGNERS: Paths = {
  '/v1/signers': {
    post: {
      operationId: 'createSigner',
      tags,
      summary: 'Register public keys whose holder signs tokens',
      description:
        'Whoever has the private key signs a JWT with any library and hands it to the tag, without a call of the edge: header `alg` and `kid`; claims `iss` (the signer’s id), `aud` (the edge’s origin), `sub` (the user), `iat`, `exp`, `jti`, and optionally `nbf`, `resources`, `origins`. What the signer, the deployment and the token say is taken together: each narrows.',
      security,
      parameters: [IDEMPOTENCY_KEY],
      requestBody: body(SignerRequest, {
        backend: { name: EXAMPLE.name, keys: { keys: [KEY] }, users: EXAMPLE.users },
      }),
      responses: {
        201: json(Signer, 'The signer.', { made: EXAMPLE }, { ...TAGGED, ...REPLAYED }),
        ...problems([...WITH_BODY, 'not_found', 'idempotency_mismatch', ...MANAGED]),
      },
    },
    get: {
      operationId: 'listSigners',
      tags,
      summary: 'List signers',
      description: 'Newest first, strongly consistent.',
      security,
      parameters: queryParameters(SignerListQuery, PAGE_QUERY),
      responses: {
        200: json(SignerList, 'A page of signers.', { page: { items: [EXAMPLE], next_cursor: null } }),
        ...problems(['invalid_request', ...MANAGED]),
      },
    },
  },
  '/v1/signers/{id}': {
    get: {
      operationId: 'getSigner',
      tags,
      summary: 'Show a signer',
      security,
      parameters: [ID],
      responses: {
        200: json(Signer, 'The signer.', { signer: EXAMPLE }, TAGGED),
        ...problems(['not_found', ...MANAGED]),
      },
    },
    patch: {
      operationId: 'updateSigner',
      tags,
      summary: 'Change a signer',
      description:
        'To replace a key: add the new one, sign with it from `effective_by.new_sessions` on, and take the former away once its last tokens have ended. Sessions that a key has opened end with it.',
      security,
      parameters: [ID, IF_MATCH, IDEMPOTENCY_KEY],
      requestBody: body(SignerUpdateRequest, { narrow: { users: ['store-1'], max_ttl: 60 } }),
      responses: {
        200: json(ChangedSigner, 'The signer is changed.', { changed: CHANGED }, { ...TAGGED, ...REPLAYED }),
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
      operationId: 'deleteSigner',
      tags,
      summary: 'Delete a signer',
      description:
        'For good: its tokens are `token_revoked`, and the sessions that they opened end. It stays in the list, revoked. Again: the same answer.',
      security,
      parameters: [ID, IF_MATCH, IDEMPOTENCY_KEY],
      responses: {
        200: json(
          ChangedSigner,
          'The signer is deleted.',
          { deleted: { ...CHANGED, revoked_at: '2026-03-14T13:00:00Z', status: 'revoked' } },
          { ...TAGGED, ...REPLAYED },
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
  '/v1/signers/{id}/preview': {
    post: {
      operationId: 'previewSigner',
      tags,
      summary: 'Get a token to try what a signer’s tokens open',
      description:
        "It opens the one resource for the user, on the edge's own pages (the console) alone, for five minutes, and spends nothing; the signer's `origins` do not bind it. It stands in the audit.",
      security,
      parameters: [ID],
      requestBody: body(SignerPreviewRequest, { preview: { user: 'store-1', resource: RESOURCE } }),
      responses: {
        200: json(PreviewToken, 'The token.', { token: GIVEN }),
        ...problems([...WITH_BODY, 'not_found', 'conflict', ...MANAGED]),
      },
    },
  },
}
