import * as v from 'valibot'
import { PROBLEMS, RETRY_AFTER } from '../worker/problems.ts'
import { oauthErrorOf } from '../worker/routes/oauth-error.ts'
import type { Code, Problem as WireProblem } from '../worker/wire.ts'
import { header, TRACED } from './content.ts'
import { EDGE, REQUEST_ID } from './examples.ts'
import { timestamp, whole } from './fields.ts'
import { named, ref } from './json-schema.ts'
import type { Answer, Json, Operation, Schema } from './shape.ts'

export const Mistake = named(
  'Mistake',
  v.object({ path: v.string(), message: v.string() }),
  'One mistake in a request, or in a setting.',
  {
    path: 'The dotted name of the field, the header or the setting.',
    message: 'What to do about it. Never repeats what was sent.',
  },
)

export const Problem = named(
  'Problem',
  v.object({
    type: v.string(),
    title: v.string(),
    status: whole,
    code: v.picklist(Object.keys(PROBLEMS) as [Code, ...Code[]]),
    detail: v.string(),
    request_id: v.string(),
    errors: v.exactOptional(v.array(Mistake.schema)),
    valid_from: v.exactOptional(timestamp),
  }) satisfies v.GenericSchema<WireProblem>,
  'A refusal (RFC 9457).',
  {
    type: "The code's entry in this edge's documentation.",
    title: 'The code in words.',
    status: 'The HTTP status.',
    code: 'Why, for programs. Stable.',
    detail: 'Why, for people.',
    request_id: 'The same as in `X-Request-Id`: name it when you ask for help.',
    errors: 'With `invalid_request` and `misconfigured`: every mistake, 100 at most.',
    valid_from:
      'With `token_not_yet_valid`: from when on the token is valid; with `biuwer_token_not_yet_valid`: the user’s Biuwer token.',
  },
)

export const OAuthError = named(
  'OAuthError',
  v.object({
    error: v.picklist([
      'invalid_request',
      'invalid_client',
      'access_denied',
      'temporarily_unavailable',
      'server_error',
    ]),
    error_description: v.string(),
  }),
  'An error as RFC 6749 §5.2 writes it: OAuth clients read only that.',
  { error: 'What went wrong.', error_description: 'The same in a sentence.' },
)

/** Codes that any request may be answered with. */
export const ALWAYS = ['internal', 'misconfigured'] as const satisfies Code[]
/** Codes of a request that storage has a part in. */
export const STORED = ['unavailable', ...ALWAYS] as const satisfies Code[]
/** Codes of every management call. */
export const MANAGED = ['unauthorized', 'forbidden', 'rate_limited', ...STORED] as const satisfies Code[]
/** Codes of a request that has a body. */
export const WITH_BODY = [
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
] as const satisfies Code[]

/** Refusals that operations share, by name, so that the document says them once. */
export const SHARED: Record<string, Answer> = {}
/** Codes of one status that a shared refusal has at most: a name of more reads worse than the refusals themselves. */
const MOST_SHARED = 2

/** The refusals of an operation, by status. */
export function problems(codes: readonly Code[]): Operation['responses'] {
  return byStatus('', codes, (code, status) => ({
    type: 'application/problem+json',
    value: problemExample(code, status),
    narrowed: { code },
    schema: ref(Problem),
  }))
}

/** The refusals of an operation under `/oauth/`, by status. */
export function oauthErrors(codes: readonly Code[]): Operation['responses'] {
  return byStatus('OAuth', codes, (code) => ({
    type: 'application/json',
    value: { error: oauthErrorOf(code), error_description: PROBLEMS[code].detail },
    narrowed: { error: oauthErrorOf(code) },
    schema: ref(OAuthError),
  }))
}

interface Refusal {
  type: string
  schema: Schema
  value: Json
  /** The field that tells refusals apart, and what it says in this one. */
  narrowed: Record<string, string>
}

function byStatus(
  prefix: string,
  codes: readonly Code[],
  refusalOf: (code: Code, status: number) => Refusal,
): Operation['responses'] {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => {
      const here = codes.filter((code) => PROBLEMS[code].status === status)
      const answer = answerOf(here.map((code) => ({ code, ...refusalOf(code, status) })))
      return [String(status), here.length > MOST_SHARED ? answer : shared(prefix, here, answer)]
    }),
  )
}

function shared(prefix: string, codes: readonly Code[], answer: Answer): { $ref: string } {
  const name = `${prefix}${codes.map(pascalCase).join('Or')}`
  SHARED[name] ??= answer
  return { $ref: `#/components/responses/${name}` }
}

function pascalCase(code: string): string {
  return code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function answerOf(refusals: (Refusal & { code: Code })[]): Answer {
  const [first] = refusals
  if (!first) throw new Error('a status without a code')
  const [field = ''] = Object.keys(first.narrowed)
  const values = [...new Set(refusals.flatMap(({ narrowed }) => Object.values(narrowed)))]
  return {
    description: refusals.map(({ code }) => `\`${code}\`: ${PROBLEMS[code].detail}`).join('\n\n'),
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
          refusals.map(({ code, value }) => [code, { summary: PROBLEMS[code].title, value }]),
        ),
      },
    },
  }
}

function problemExample(code: Code, status: number): Json {
  const { title, detail } = PROBLEMS[code]
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
    ...(code.endsWith('token_not_yet_valid') && { valid_from: '2026-04-01T00:00:00Z' }),
  }
}
