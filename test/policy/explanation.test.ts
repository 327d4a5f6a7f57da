import { expect, test } from 'vitest'
import { explain, type RecordQuestion } from '../../worker/policy/explanation.ts'
import { claimsAt } from '../../worker/policy/issue.ts'
import type { TokenRecord } from '../../worker/policy/record.ts'
import type { Standing } from '../../worker/policy/standing.ts'
import { standingOf } from './opening.ts'
import { at, record } from './record.ts'

const HOST = 'https://app.example.com'
const EDGE = 'https://edge.example.com'
const NOON = at('2026-03-14T12:00:00Z')
const MIDNIGHT = at('2026-03-15T00:00:00Z')

/** The claims of the token that the record gave out at noon. */
const noonTokenOf = (given: TokenRecord) => claimsAt(given, NOON, { jti: 'drawn', shard: 0 })

const signOut = (second: number) => ({ at: second, tokensSince: second + 1 })
const daily = record({ refresh: 'daily' })
const narrow = { resources: ['page_1'], origins: [HOST] }
const wide = { resources: ['page_1', 'page_2'], origins: [HOST, 'https://other.example.com'] }
const beyond = { resource: 'page_2', origin: 'https://other.example.com' }

/** What is asked about a record at noon, with the token it gives out then. */
function question(
  given: TokenRecord,
  change: Partial<RecordQuestion>,
  standing: Partial<Standing> = {},
): RecordQuestion {
  return {
    record: given,
    standing: standingOf(given, standing),
    claims: noonTokenOf(given),
    resource: 'page_1',
    origin: HOST,
    at: NOON,
    allowedOrigins: [HOST, 'https://other.example.com'],
    edgeOrigin: EDGE,
    hasTokenSource: true,
    spent: undefined,
    ...change,
  }
}

test.each<[string, RecordQuestion, string[]]>([
  ['a token of today', question(daily, {}), []],
  ['a token of today, asked about yesterday', question(daily, { at: NOON - 86_400 }), ['validity']],
  ['a token at the last second of its day', question(daily, { at: MIDNIGHT - 1 }), []],
  ['a token at the end of its day', question(daily, { at: MIDNIGHT }), ['validity']],
  ['a record in its first second', question(record({ from: NOON }), {}), []],
  ['a record that has ended', question(record({ to: NOON }), {}), ['validity']],
  ['a token that opens less than its record by now', widened(), ['resource', 'origin']],
  ['a token that opens more than its record by now', narrowed(), ['resource', 'origin']],
  [
    "another record's token, whatever became of that record's generations",
    question(record({ generation: 2 }), { claims: noonTokenOf(record({ id: 'tok_2' })) }),
    ['record'],
  ],
  [
    "the edge's own origin, whatever the deployment allows",
    question(daily, { origin: EDGE, allowedOrigins: ['*'] }),
    ['origin'],
  ],
  ['a token in the overlap of a rotation', rotated(NOON + 1), []],
  ['a token at the end of that overlap', rotated(NOON), ['revocation']],
  [
    'a token of before a sign-out, at its second',
    question(daily, {}, { signOut: signOut(NOON) }),
    ['revocation'],
  ],
  [
    'a token of before a sign-out, the second before it',
    question(daily, {}, { signOut: signOut(NOON + 1) }),
    [],
  ],
  [
    'a record whose user was signed out, without a token',
    question(daily, { claims: undefined }, { signOut: signOut(NOON) }),
    [],
  ],
  [
    "another record's token, whoever of this record was signed out",
    question(daily, { claims: noonTokenOf(record({ id: 'tok_2' })) }, { signOut: signOut(NOON) }),
    ['record'],
  ],
  ['a record at the moment of its revocation', question(daily, {}, { revokedAt: NOON }), ['revocation']],
  [
    'a record a moment before it was revoked with its user',
    question(daily, {}, { revokedAt: NOON + 1, biuwerTokens: null }),
    ['user'],
  ],
])('%s fails just these checks', (_, asked, failing) => {
  const checks = explain(asked)
  expect(checks.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(failing)
})

function widened(): RecordQuestion {
  return question(record(wide), { claims: noonTokenOf(record(narrow)), ...beyond })
}

function narrowed(): RecordQuestion {
  return question(record(narrow), { claims: noonTokenOf(record(wide)), ...beyond })
}

function rotated(end: number): RecordQuestion {
  return question(
    record({ generation: 2 }),
    { claims: noonTokenOf(record()) },
    { generationEnds: { 1: end } },
  )
}
