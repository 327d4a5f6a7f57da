import * as v from 'valibot'
import { ROLES } from '../../worker/policy/caller.ts'
import { KeyRequest as KeySchema } from '../../worker/routes/key-request.ts'
import { KeyListQuery } from '../../worker/routes/requests.ts'
import { body, json } from '../content.ts'
import { cursor, NEXT_CURSOR, PAGE_QUERY, timestamp } from '../fields.ts'
import { named, queryParameters } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
import { IDEMPOTENCY_KEY, REPLAYED } from '../repetition.ts'
import type { Parameter, Paths } from '../shape.ts'

const ROLE =
  '`admin`: everything; `manager`: users, token records and what belongs to them; `issuer`: make records and have their tokens given out, for a host’s backend; `viewer`: read and explain.'
const USERS =
  'Users that the key sees, and beginnings of users that end in `*`; null: all. Everything else does not exist for the key, and what concerns everybody is `forbidden`.'

const KeyRequest = named('KeyRequest', KeySchema, 'A key to be made.', {
  name: 'Who or what will use it: the audit names it so.',
  role: ROLE,
  users: USERS,
  expires_at: 'When the key ends, exactly; null or absent: never.',
})

const FIELDS = {
  id: 'The id.',
  name: 'Who or what uses it.',
  role: ROLE,
  users: USERS,
  created_at: 'When it was made.',
  expires_at: 'When it ends; null: never.',
  last_used_at: 'When it was last used, to the minute; null: never.',
  revoked_at: 'When it was revoked; null: it was not.',
  status: '`active`, `expired` or `revoked`.',
}
const entries = {
  id: v.string(),
  name: v.string(),
  role: v.picklist(ROLES),
  users: v.nullable(v.array(v.string())),
  created_at: timestamp,
  expires_at: v.nullable(timestamp),
  last_used_at: v.nullable(timestamp),
  revoked_at: v.nullable(timestamp),
  status: v.picklist(['active', 'expired', 'revoked']),
}

const Key = named('Key', v.object(entries), 'A key of the management API, without itself.', FIELDS)
const NewKey = named('NewKey', v.object({ ...entries, key: v.string() }), 'A key that was just made.', {
  ...FIELDS,
  key: 'The key itself (`bwk_…`). It is shown this once: the edge keeps its digest.',
})
const CurrentKey = named(
  'CurrentKey',
  v.object({
    ...entries,
    id: v.nullable(v.string()),
    name: v.nullable(v.string()),
    created_at: v.nullable(timestamp),
  }),
  'The key that asks.',
  {
    ...FIELDS,
    id: 'The id; null: a root key, of the setting `ADMIN_KEYS`.',
    name: 'Who or what uses it; null: a root key.',
    created_at: 'When it was made; null: a root key.',
  },
)
const KeyEffect = named(
  'KeyEffect',
  v.object({ calls: timestamp }),
  'From when a revocation holds everywhere.',
  {
    calls: 'From then on no call with the key is answered.',
  },
)
const RevokedKey = named(
  'RevokedKey',
  v.object({ ...entries, effective_by: KeyEffect.schema }),
  'A key that is revoked.',
  { ...FIELDS, effective_by: 'From when that holds everywhere.' },
)
const KeyList = named(
  'KeyList',
  v.object({ items: v.array(Key.schema), next_cursor: cursor }),
  'A page of keys, newest first.',
  { items: 'The keys.', ...NEXT_CURSOR },
)

const EXAMPLE = {
  id: 'key_kR3fW0sYb1QdA7uZx2Lm9g',
  name: 'Backend of app.example.com',
  role: 'issuer',
  users: ['store-*'],
  created_at: '2026-03-14T12:00:00Z',
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
  status: 'active',
}

const tags: [string] = ['Keys']
const security = [{ admin: [] }]
const parameters: Parameter[] = [
  {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The key’s id.',
    schema: { type: 'string' },
    example: EXAMPLE.id,
  },
]

export const KEYS: Paths = {
  '/v1/keys': {
    post: {
      operationId: 'createKey',
      tags,
      summary: 'Make a key',
      description:
        'The answer alone has the key. A key makes no key that may do more than itself, or that outlives it.',
      security,
      parameters: [IDEMPOTENCY_KEY],
      requestBody: body(KeyRequest, {
        issuer: { name: EXAMPLE.name, role: 'issuer', users: EXAMPLE.users },
      }),
      responses: {
        201: json(
          NewKey,
          'The key.',
          {
            made: { ...EXAMPLE, key: 'bwk_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE000000' },
          },
          REPLAYED,
        ),
        ...problems([...WITH_BODY, 'idempotency_mismatch', ...MANAGED]),
      },
    },
    get: {
      operationId: 'listKeys',
      tags,
      summary: 'List keys',
      description: 'Newest first, strongly consistent. Root keys are settings and not among them.',
      security,
      parameters: queryParameters(KeyListQuery, PAGE_QUERY),
      responses: {
        200: json(KeyList, 'A page of keys.', { page: { items: [EXAMPLE], next_cursor: null } }),
        ...problems(['invalid_request', ...MANAGED]),
      },
    },
  },
  '/v1/keys/current': {
    get: {
      operationId: 'getCurrentKey',
      tags,
      summary: 'Show the key that asks',
      security,
      responses: {
        200: json(CurrentKey, 'The key.', { key: EXAMPLE }),
        ...problems(MANAGED),
      },
    },
  },
  '/v1/keys/{id}': {
    get: {
      operationId: 'getKey',
      tags,
      summary: 'Show a key',
      security,
      parameters,
      responses: {
        200: json(Key, 'The key, without itself.', { key: EXAMPLE }),
        ...problems(['not_found', ...MANAGED]),
      },
    },
    delete: {
      operationId: 'revokeKey',
      tags,
      summary: 'Revoke a key',
      description: 'Again: the same answer.',
      security,
      parameters: [...parameters, IDEMPOTENCY_KEY],
      responses: {
        200: json(
          RevokedKey,
          'The key is revoked.',
          {
            revoked: {
              ...EXAMPLE,
              revoked_at: '2026-03-14T13:00:00Z',
              status: 'revoked',
              effective_by: { calls: '2026-03-14T13:01:02Z' },
            },
          },
          REPLAYED,
        ),
        ...problems(['invalid_request', 'not_found', 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
}
