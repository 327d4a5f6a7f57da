import * as v from 'valibot'
import { json, TRACED } from '../content.ts'
import { EDGE, RECORD, RESOURCE, TOKEN } from '../examples.ts'
import { whole } from '../fields.ts'
import { named } from '../json-schema.ts'
import { ALWAYS, MANAGED, oauthErrors, problems, WITH_BODY } from '../refusals.ts'
import type { Operation, Paths } from '../shape.ts'

const Introspection = named(
  'Introspection',
  v.object({
    active: v.boolean(),
    token_type: v.exactOptional(v.literal('biuwer-embed')),
    username: v.exactOptional(v.string()),
    iss: v.exactOptional(v.string()),
    sub: v.exactOptional(v.string()),
    iat: v.exactOptional(whole),
    nbf: v.exactOptional(whole),
    exp: v.exactOptional(whole),
    jti: v.exactOptional(v.string()),
    resources: v.exactOptional(v.array(v.string())),
    origins: v.exactOptional(v.array(v.string())),
  }),
  'RFC 7662. An inactive token has `active` alone.',
  {
    active: 'Whether the token would open a session for a page view that has not redeemed it yet.',
    token_type: 'What kind of token it is.',
    username: 'The user whose Biuwer rights it gives.',
    iss: 'Who issued it: `biuwer-embed`, or the signer’s id.',
    sub: "The record's id; of a token that a host has signed the user.",
    iat: 'When it was issued, in seconds since 1970.',
    nbf: 'From when on it is valid.',
    exp: 'When it ends, by itself or with its record; absent: never.',
    jti: "The token's own id.",
    resources: 'The resource ids that it opens by now; absent: any.',
    origins: 'The origins that it may be used on by now; absent: any.',
  },
)
const ServerMetadata = named(
  'ServerMetadata',
  v.object({
    issuer: v.string(),
    introspection_endpoint: v.string(),
    introspection_endpoint_auth_methods_supported: v.array(v.string()),
    revocation_endpoint: v.string(),
    revocation_endpoint_auth_methods_supported: v.array(v.string()),
    response_types_supported: v.array(v.string()),
  }),
  'The subset of RFC 8414 that applies.',
  {
    issuer: "The edge's origin.",
    introspection_endpoint: 'RFC 7662.',
    introspection_endpoint_auth_methods_supported: 'How its callers prove themselves.',
    revocation_endpoint: 'RFC 7009.',
    revocation_endpoint_auth_methods_supported: 'How its callers prove themselves.',
    response_types_supported: 'None: there is no authorization endpoint.',
  },
)

const tags: [string] = ['OAuth']
const security = [{ basic: [] }, { admin: [] }]

const requestBody: Operation['requestBody'] = {
  required: true,
  content: {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        properties: {
          token: { type: 'string', minLength: 1, description: 'The embed token. Exactly once.' },
          token_type_hint: { type: 'string', description: 'Read by nobody: there is one type.' },
        },
        required: ['token'],
      },
      examples: { value: { value: { token: TOKEN } } },
    },
  },
}

export const OAUTH: Paths = {
  '/oauth/introspect': {
    post: {
      operationId: 'introspect',
      tags,
      summary: 'Introspect a token (RFC 7662)',
      description:
        'Consumes nothing. Whatever would not open a session now is inactive, a spent token included, and nothing else is said of it.',
      security,
      requestBody,
      responses: {
        200: json(Introspection, 'What the token stands for.', {
          active: {
            active: true,
            token_type: 'biuwer-embed',
            username: 'store-1',
            iss: 'biuwer-embed',
            sub: RECORD.id,
            iat: 1773442800,
            nbf: 1773442800,
            exp: 1773532800,
            jti: `${RECORD.id}.1.1.1773442800`,
            resources: [RESOURCE],
          },
          inactive: { active: false },
        }),
        ...oauthErrors([...WITH_BODY, ...MANAGED]),
      },
    },
  },
  '/oauth/revoke': {
    post: {
      operationId: 'revokeValue',
      tags,
      summary: 'Revoke a token (RFC 7009)',
      description:
        "Revokes the record of the token. A token that is none of this edge's counts as revoked, and so does one that has ended: expired, revoked, rotated out, signed out or spent. Neither changes anything.",
      security,
      requestBody,
      responses: {
        200: { description: 'Revoked. No body.', headers: TRACED },
        ...oauthErrors([...WITH_BODY, ...MANAGED]),
      },
    },
  },
  '/.well-known/oauth-authorization-server': {
    get: {
      operationId: 'getServerMetadata',
      tags,
      summary: 'OAuth metadata (RFC 8414)',
      security: [],
      responses: {
        200: json(ServerMetadata, 'The subset that applies.', {
          metadata: {
            issuer: EDGE,
            introspection_endpoint: `${EDGE}/oauth/introspect`,
            introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
            revocation_endpoint: `${EDGE}/oauth/revoke`,
            revocation_endpoint_auth_methods_supported: ['client_secret_basic'],
            response_types_supported: [],
          },
        }),
        ...problems(ALWAYS),
      },
    },
  },
}
