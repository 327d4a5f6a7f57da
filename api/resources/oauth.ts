import { EDGE, RECORD, RESOURCE, TOKEN } from '../examples.ts'
import { ALWAYS, json, MANAGED, oauthErrors, problems, TRACED, WITH_BODY } from '../refusals.ts'
import type { Operation, Paths } from '../shape.ts'

const tags: [string] = ['OAuth']
const security = [{ basic: [] }, { admin: [] }]

const requestBody: Operation['requestBody'] = {
  required: true,
  content: {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        properties: {
          token: { type: 'string', minLength: 1, description: 'The embed token value. Exactly once.' },
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
      summary: 'Introspect a value (RFC 7662)',
      description:
        'Consumes nothing. Whatever would not open a session now is inactive, a spent value included, and no more is said of it.',
      security,
      requestBody,
      responses: {
        200: json('Introspection', 'What the value stands for.', {
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
      summary: 'Revoke a value (RFC 7009)',
      description: "Revokes the value's record. A value that is none of ours is as good as revoked.",
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
        200: json('ServerMetadata', 'The subset that applies.', {
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
