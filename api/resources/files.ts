import * as v from 'valibot'
import manifest from '../../package.json' with { type: 'json' }
import { json, TRACED } from '../content.ts'
import { BiuwerTokenStates } from '../fields.ts'
import { named } from '../json-schema.ts'
import { ALWAYS, MANAGED, problems } from '../refusals.ts'
import type { Answer, Json, Operation, Parameter, Paths, Schema } from '../shape.ts'

const Health = named(
  'Health',
  v.object({
    status: v.literal('ok'),
    version: v.string(),
    warnings: v.optional(v.array(v.string())),
    biuwer_tokens: v.optional(BiuwerTokenStates.schema),
  }),
  'A deployment that has all of its settings.',
  {
    status: 'Always `ok`.',
    version: "The product's version.",
    warnings: 'Settings that accept a risk, or can not work, and why; absent where there is none.',
    biuwer_tokens: 'Only with a key, of the users that it is for.',
  },
)

const tags: [string] = ['Files']

const version: Parameter = {
  name: 'version',
  in: 'path',
  required: true,
  description: 'A version of the product: the one that is deployed, or one that was published before.',
  schema: { type: 'string' },
  example: manifest.version,
}

function file(
  operationId: string,
  summary: string,
  type: string,
  schema: Schema,
  options: { parameters?: Parameter[]; description?: string; example?: Json } = {},
): Operation {
  const { parameters, description, example } = options
  const found: Answer = {
    description: 'The file.',
    headers: { 'Cache-Control': { description: 'For how long it may be kept.', schema: { type: 'string' } } },
    content: {
      [type]: { schema, ...(example !== undefined && { examples: { file: { value: example } } }) },
    },
  }
  return {
    operationId,
    tags,
    summary,
    ...(description && { description }),
    security: [],
    ...(parameters && { parameters }),
    responses: { 200: found, ...(parameters && problems(['not_found', ...ALWAYS])) },
  }
}

const TEXT: Schema = { type: 'string' }
const JAVASCRIPT = 'text/javascript'

/** Static files: the edge answers them without the worker. */
export const FILES: Paths = {
  '/biuwer-embed.js': {
    get: file('getModule', 'The tag as an ES module', JAVASCRIPT, TEXT),
  },
  '/biuwer-embed.iife.js': {
    get: file('getScript', 'The tag as a classic script', JAVASCRIPT, TEXT),
  },
  '/v{version}/biuwer-embed.js': {
    get: file('getVersionedModule', 'The ES module of one version', JAVASCRIPT, TEXT, {
      parameters: [version],
      description:
        'Never changes, and later deployments serve it too: it may be kept for ever, and included with its hash.',
    }),
  },
  '/v{version}/biuwer-embed.iife.js': {
    get: file('getVersionedScript', 'The classic script of one version', JAVASCRIPT, TEXT, {
      parameters: [version],
      description:
        'Never changes, and later deployments serve it too: it may be kept for ever, and included with its hash.',
    }),
  },
  '/v{version}/integrity.json': {
    get: file(
      'getIntegrity',
      "The scripts' hashes for Subresource Integrity",
      'application/json',
      { type: 'object', additionalProperties: { type: 'string', pattern: '^sha384-[A-Za-z0-9+/]{64}$' } },
      {
        parameters: [version],
        example: {
          'biuwer-embed.js': `sha384-${'A'.repeat(64)}`,
          'biuwer-embed.iife.js': `sha384-${'B'.repeat(64)}`,
        },
      },
    ),
  },
  '/openapi.json': {
    get: file('getOpenApi', 'This document', 'application/json', { type: 'object' }),
  },
  '/': {
    get: file('getStart', 'A page that leads to the others', 'text/html', TEXT),
  },
  '/docs': {
    get: file('getDocs', 'A page to read it', 'text/html', TEXT, {
      description: 'Every `type` of a problem leads to the section of its code here: `/docs#token_expired`.',
    }),
  },
  '/console': {
    get: file('getConsole', 'A page to manage users and tokens', 'text/html', TEXT, {
      description: 'It works with a key, by the calls of this document.',
    }),
  },
  '/console/sign-out': {
    post: {
      operationId: 'signOutOfConsole',
      tags,
      summary: "Let the browser forget what the edge's pages keep in it",
      description:
        'Called by the console when a person signs out: a duplicated tab has a copy of its storage. Takes no key, and no call from a page of another origin.',
      security: [],
      responses: {
        204: {
          description: 'The browser forgets.',
          headers: {
            ...TRACED,
            'Clear-Site-Data': {
              description: 'What it forgets.',
              schema: { type: 'string', const: '"storage"' },
            },
          },
        },
        ...problems(['forbidden', 'internal']),
      },
    },
  },
  '/.well-known/security.txt': {
    get: {
      operationId: 'getSecurityContact',
      tags,
      summary: 'Whom to tell of a weakness (RFC 9116)',
      description: 'Where the deployment has a `SECURITY_CONTACT`.',
      security: [],
      responses: {
        200: {
          description: 'The contact.',
          headers: TRACED,
          content: {
            'text/plain': {
              schema: { type: 'string' },
              examples: {
                contact: {
                  value:
                    'Contact: mailto:security@example.com\nExpires: 2026-04-13T12:00:00Z\nCanonical: https://edge.example.com/.well-known/security.txt\n',
                },
              },
            },
          },
        },
        ...problems(['not_found', ...ALWAYS]),
      },
    },
  },
  '/healthz': {
    get: {
      operationId: 'getHealth',
      tags,
      summary: 'Whether the deployment has its settings',
      description: 'Needs no key. With one, users are counted whose Biuwer tokens deserve attention.',
      security: [{}, { admin: [] }],
      responses: {
        200: json(Health, 'It has.', {
          healthy: { status: 'ok', version: manifest.version },
          with_a_key: {
            status: 'ok',
            version: manifest.version,
            biuwer_tokens: { ending: 2, expired: 0, failing: 0 },
          },
        }),
        ...problems(MANAGED),
      },
    },
  },
}
