import { ANSWERS, RETRY_AFTER } from '../worker/problems.ts'
import { oauthErrorOf } from '../worker/routes/oauth-error.ts'
import type { Code } from '../worker/wire.ts'
import { type ComponentName, ref } from './components.ts'
import { EDGE, REQUEST_ID } from './examples.ts'
import type { Answer, Example, Header, Json, Operation, Paths, Schema } from './shape.ts'

export const HEADERS = {
  RequestId: {
    description: 'Names the request in the logs of the edge, in its audit and in `request_id`.',
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
    description: 'The version of the record, for `If-Match`.',
    schema: { type: 'string', examples: ['"1"'] },
  },
  Authenticate: {
    description: 'How to prove yourself (RFC 9110 §11.6.1).',
    schema: { type: 'string' },
  },
} satisfies Record<string, Header>

const header = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` })
export const TRACED = { 'X-Request-Id': header('RequestId') }
export const TAGGED = { ETag: header('ETag') }
export const REPLAYED = { 'Idempotent-Replayed': header('Replayed') }

/** What may befall any request, and any that storage has a part in. */
export const ALWAYS = ['internal', 'misconfigured'] as const satisfies Code[]
export const STORED = ['unavailable', ...ALWAYS] as const satisfies Code[]
/** Of management calls, and of those that take a JSON body. */
export const MANAGED = ['unauthorized', 'rate_limited', ...STORED] as const satisfies Code[]
export const WITH_BODY = [
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
] as const satisfies Code[]

export function json(
  schema: ComponentName,
  description: string,
  examples: Record<string, Example | Json>,
  headers: Answer['headers'] = {},
): Answer {
  return {
    description,
    headers: { ...TRACED, ...headers },
    content: { 'application/json': { schema: ref(schema), examples: exampleMap(examples) } },
  }
}

export function body(
  schema: ComponentName,
  examples: Record<string, Example | Json>,
  required = true,
): NonNullable<Operation['requestBody']> {
  return {
    required,
    content: { 'application/json': { schema: ref(schema), examples: exampleMap(examples) } },
  }
}

export function exampleMap(examples: Record<string, Example | Json>): Record<string, Example> {
  return Object.fromEntries(
    Object.entries(examples).map(([name, example]) => [
      name,
      isExample(example) ? example : { value: example },
    ]),
  )
}

function isExample(example: Example | Json): example is Example {
  return typeof example === 'object' && example !== null && !Array.isArray(example) && 'value' in example
}

/** The refusals of an operation, by status. */
export function problems(codes: readonly Code[]): Operation['responses'] {
  return byStatus(codes, (code, status) => ({
    type: 'application/problem+json',
    value: problemExample(code, status),
    narrowed: { code },
    schema: ref('Problem'),
  }))
}

/** The same on `/oauth/*`. */
export function oauthErrors(codes: readonly Code[]): Operation['responses'] {
  return byStatus(codes, (code) => ({
    type: 'application/json',
    value: { error: oauthErrorOf(code), error_description: ANSWERS[code].detail },
    narrowed: { error: oauthErrorOf(code) },
    schema: ref('OAuthError'),
  }))
}

interface Refusal {
  type: string
  schema: Schema
  value: Json
  /** The field that tells refusals apart, and what it says here. */
  narrowed: Record<string, string>
}

function byStatus(
  codes: readonly Code[],
  refusalOf: (code: Code, status: number) => Refusal,
): Operation['responses'] {
  const statuses = [...new Set(codes.map((code) => ANSWERS[code].status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => {
      const here = codes.filter((code) => ANSWERS[code].status === status)
      return [String(status), answerOf(here.map((code) => ({ code, ...refusalOf(code, status) })))]
    }),
  )
}

function answerOf(refusals: (Refusal & { code: Code })[]): Answer {
  const [first] = refusals
  if (!first) throw new Error('a status without a code')
  const [field = ''] = Object.keys(first.narrowed)
  const values = [...new Set(refusals.flatMap(({ narrowed }) => Object.values(narrowed)))]
  return {
    description: refusals.map(({ code }) => `\`${code}\`: ${ANSWERS[code].detail}`).join('\n\n'),
    headers: {
      ...TRACED,
      ...(refusals.some(({ code }) => RETRY_AFTER[code]) && { 'Retry-After': header('RetryAfter') }),
      ...(refusals.some(({ code }) => code === 'unauthorized') && {
        'WWW-Authenticate': header('Authenticate'),
      }),
    },
    content: {
      [first.type]: {
        schema: { allOf: [first.schema, { properties: { [field]: { enum: values } } }] },
        examples: Object.fromEntries(
          refusals.map(({ code, value }) => [code, { summary: ANSWERS[code].title, value }]),
        ),
      },
    },
  }
}

function problemExample(code: Code, status: number): Json {
  const { title, detail } = ANSWERS[code]
  return {
    type: `${EDGE}/docs#${code}`,
    title,
    status,
    code,
    detail,
    request_id: REQUEST_ID,
    ...(code === 'invalid_request' && { errors: [{ path: 'user', message: 'This field is required.' }] }),
    ...(code === 'misconfigured' && {
      errors: [{ path: 'VAULT_KEYS', message: 'is missing; set it' }],
    }),
    ...(code === 'token_not_yet_valid' && { valid_from: '2026-04-01T00:00:00Z' }),
  }
}

/** Gives refusals that many operations have a name, so that the document says them once. */
export function shareRefusals(paths: Paths): { paths: Paths; responses: Record<string, Answer> } {
  const responses: Record<string, Answer> = {}
  const share = (answer: Answer | { $ref: string }): Answer | { $ref: string } => {
    if ('$ref' in answer) return answer
    const [type, media] = Object.entries(answer.content ?? {})[0] ?? []
    const codes = Object.keys(media?.examples ?? {})
    if (codes.length > MOST_SHARED || !codes.every((code) => code in ANSWERS)) return answer
    const name = `${type === 'application/json' ? 'OAuth' : ''}${codes.map(pascalCase).join('Or')}`
    responses[name] = answer
    return { $ref: `#/components/responses/${name}` }
  }
  const shared = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => {
        const entries = Object.entries(operation.responses)
        return [
          method,
          {
            ...operation,
            responses: Object.fromEntries(
              entries.map(([status, answer]) => [status, Number(status) < 400 ? answer : share(answer)]),
            ),
          },
        ]
      }),
    ),
  ])
  return { paths: Object.fromEntries(shared), responses }
}

/** A name made of more codes than that reads worse than the refusals themselves. */
const MOST_SHARED = 2

function pascalCase(code: string): string {
  return code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
