import * as v from 'valibot'
import { body, json } from '../content.ts'
import { BIUWER_TOKEN, EFFECTIVE_BY } from '../examples.ts'
import { EFFECT, EffectiveBy, timestamp } from '../fields.ts'
import { named } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
import { IDEMPOTENCY_KEY, REPLAYED } from '../repetition.ts'
import type { Parameter, Paths } from '../shape.ts'
import { BiuwerTokenRequest, OF_USER } from './users.ts'

const FIELDS = {
  id: 'The id.',
  from: 'From when on it is valid.',
  to: 'When it ends; null: never.',
  added_at: 'When it was put into the vault.',
  status: '`active`: valid now; `pending`: to come; `expired`: ended.',
  by_source: 'Whether the token source made it.',
}
const entries = {
  id: v.string(),
  from: timestamp,
  to: v.nullable(timestamp),
  added_at: timestamp,
  status: v.picklist(['active', 'pending', 'expired']),
  by_source: v.boolean(),
}
const BiuwerToken = named(
  'BiuwerToken',
  v.object(entries),
  'A Biuwer authentication token of a user, without itself.',
  FIELDS,
)
const DeletedBiuwerToken = named(
  'DeletedBiuwerToken',
  v.object({ ...entries, effective_by: EffectiveBy.schema }),
  'A Biuwer authentication token that the edge has forgotten.',
  { ...FIELDS, ...EFFECT },
)
const BiuwerTokenList = named(
  'BiuwerTokenList',
  v.object({ items: v.array(BiuwerToken.schema) }),
  "A user's Biuwer authentication tokens, five at most, in the order in which they came.",
  { items: 'The tokens.' },
)

const EXAMPLE = {
  id: 'bwt_c1Zr8mY0uKxqT4eWb7NvPg',
  from: '2026-04-01T00:00:00Z',
  to: '2026-05-01T00:00:00Z',
  added_at: '2026-03-14T12:00:00Z',
  status: 'pending',
  by_source: false,
}

const tags: [string] = ['Users']
const security = [{ admin: [] }]
const ID: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of the Biuwer token.',
  schema: { type: 'string' },
  example: EXAMPLE.id,
}

export const BIUWER_TOKENS: Paths = {
  '/v1/users/{user}/biuwer-tokens': {
    get: {
      operationId: 'listBiuwerTokens',
      tags,
      summary: 'List the Biuwer tokens of a user',
      description: 'In the order in which they came, without themselves.',
      security,
      parameters: OF_USER,
      responses: {
        200: json(BiuwerTokenList, 'The Biuwer tokens.', { next: { items: [EXAMPLE] } }),
        ...problems(['invalid_request', 'not_found', ...MANAGED]),
      },
    },
    post: {
      operationId: 'addBiuwerToken',
      tags,
      summary: 'Add a Biuwer token of a user, ahead of the end of another',
      description:
        'Ends no session. An opening takes, of the tokens valid now, the one that ends last. A user has five at most; one that has ended gives way to a sixth.',
      security,
      parameters: [...OF_USER, IDEMPOTENCY_KEY],
      requestBody: body(BiuwerTokenRequest, {
        next: { biuwer_token: BIUWER_TOKEN, from: EXAMPLE.from, to: EXAMPLE.to },
      }),
      responses: {
        201: json(BiuwerToken, 'It is in the vault.', { added: EXAMPLE }, REPLAYED),
        ...problems([...WITH_BODY, 'not_found', 'conflict', 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
  '/v1/users/{user}/biuwer-tokens/{id}': {
    delete: {
      operationId: 'deleteBiuwerToken',
      tags,
      summary: 'Forget a Biuwer token of a user',
      description: 'Sessions that show it end. The user stays linked, with the others.',
      security,
      parameters: [...OF_USER, ID, IDEMPOTENCY_KEY],
      responses: {
        200: json(
          DeletedBiuwerToken,
          'It is forgotten.',
          { deleted: { ...EXAMPLE, effective_by: EFFECTIVE_BY } },
          REPLAYED,
        ),
        ...problems(['invalid_request', 'not_found', 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
}
