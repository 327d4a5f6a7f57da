import { REQUEST_ID } from './examples.ts'
import { type Named, ref } from './json-schema.ts'
import type { Answer, Example, Header, Json, Operation } from './shape.ts'

export const HEADERS = {
  RequestId: {
    description:
      'Names the request in the log of the edge, in its audit, among its refusals and in `request_id`.',
    schema: { type: 'string', examples: [REQUEST_ID] },
  },
  RetryAfter: {
    description: 'Seconds after which trying again makes sense.',
    schema: { type: 'integer', minimum: 1 },
  },
  Replayed: {
    description: 'The answer of an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', const: 'true' },
  },
  ETag: {
    description: 'The version of the record or signer, for `If-Match`.',
    schema: { type: 'string', examples: ['"1"'] },
  },
  Authenticate: {
    description: 'How to prove yourself (RFC 9110 §11.6.1).',
    schema: { type: 'string' },
  },
} satisfies Record<string, Header>

export const header = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` })
export const TRACED = { 'X-Request-Id': header('RequestId') }
export const TAGGED = { ETag: header('ETag') }

/** An answer whose body is JSON of the schema. */
export function json(
  schema: Named,
  description: string,
  examples: Record<string, Json>,
  headers: Answer['headers'] = {},
): Answer {
  return {
    description,
    headers: { ...TRACED, ...headers },
    content: { 'application/json': { schema: ref(schema), examples: exampleMap(examples) } },
  }
}

/** A request's body that is JSON of the schema. */
export function body(
  schema: Named,
  examples: Record<string, Json>,
  required = true,
): NonNullable<Operation['requestBody']> {
  return {
    required,
    content: { 'application/json': { schema: ref(schema), examples: exampleMap(examples) } },
  }
}

function exampleMap(examples: Record<string, Json>): Record<string, Example> {
  return Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]))
}
