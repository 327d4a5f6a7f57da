import { beforeEach, describe, expect, test } from 'vitest'
import { type Draft, endOfToken, meaningOf } from '../../console/meaning.ts'
import { en } from '../../console/messages/en.ts'
import { es } from '../../console/messages/es.ts'
import { ownerOf } from '../../console/owner-of-token.ts'
import { href, routeOf } from '../../console/route.ts'
import { instantOf, localOf } from '../../console/zoned-time.ts'

const NOW = Date.parse('2026-03-14T12:00:00Z')
const draft: Draft = {
  user: 'store-1',
  refresh: 'daily',
  from: null,
  to: null,
  timeZone: 'Europe/Madrid',
  overlap: 3600,
  singleUseTtl: 300,
  resources: [],
  origins: [],
}
const deployment = {
  version: '0.1.0',
  actor: '4f9a1c03be27',
  biuwer_instance: 'https://acme.biuwer.com',
  allowed_origins: null,
  session_ttl: 28_800,
  session_check: 300,
  revocation_lease: 60,
  biuwer_token_source: false,
}
const say = (change: Partial<Draft>, words = en) =>
  meaningOf(words, { ...draft, ...change }, deployment, NOW) ?? { sentences: [], warning: undefined }

beforeEach(() => {
  document.documentElement.lang = 'en'
})

describe('what a choice means', () => {
  test('is said of every policy', () => {
    expect(say({}).sentences[0]).toBe('Each token ends 1 hour after midnight in Europe/Madrid.')
    expect(say({ overlap: 0 }).sentences[0]).toBe('Each token ends at midnight in Europe/Madrid.')
    expect(say({ refresh: 'monthly', overlap: 86_400 }).sentences[0]).toBe(
      'Each token ends 1 day after the month in Europe/Madrid.',
    )
    expect(say({ refresh: 'single-use' }).sentences[0]).toContain('within 5 minutes, and for no other')
    expect(say({ refresh: 'none' }).sentences[0]).toBe('There is one token, the same for all page views.')
  })

  test('names the moment at which the first token ends, by the rule of the edge', () => {
    expect(endOfToken(draft, NOW)).toBe('2026-03-15T00:00:00Z')
    expect(say({}).sentences[1]).toBe('The first token ends on Mar 15, 2026, 1:00 AM (Europe/Madrid).')
    // The clocks go forward in the night to 29 March.
    expect(endOfToken(draft, Date.parse('2026-03-29T12:00:00Z'))).toBe('2026-03-29T23:00:00Z')
    expect(endOfToken({ ...draft, to: '2026-03-14T20:00:00Z' }, NOW)).toBe('2026-03-14T20:00:00Z')
    expect(endOfToken({ ...draft, refresh: 'none' }, NOW)).toBe(null)
  })

  test('says what it opens, where, from when, and until when', () => {
    expect(say({}).sentences).toContain('It opens everything that store-1 may see in Biuwer.')
    expect(say({ user: '' }).sentences).toContain('It opens everything that the user may see in Biuwer.')
    expect(say({ resources: ['a'] }).sentences).toContain('It opens 1 resource and nothing else.')
    expect(say({ resources: ['a', 'b'] }).sentences).toContain('It opens 2 resources and nothing else.')
    expect(say({ origins: ['https://app.example.com'] }).sentences).toContain(
      'It works on https://app.example.com alone.',
    )
    expect(say({ from: '2026-05-01T00:00:00Z' }).sentences).toContain(
      'It opens nothing before May 1, 2026, 2:00 AM (Europe/Madrid).',
    )
    expect(say({ to: '2026-05-01T00:00:00Z' }).sentences).toContain(
      'The token record ends on May 1, 2026, 2:00 AM (Europe/Madrid), and with it all that it opened.',
    )
  })

  test('warns of a token that never ends, and of no other', () => {
    expect(say({ refresh: 'none' }).warning).toBe(en.meaning.openEnded)
    expect(say({ refresh: 'none', to: '2026-05-01T00:00:00Z' }).warning).toBe(undefined)
    expect(say({}).warning).toBe(undefined)
  })

  test.each([
    { to: '20266-01-01T00:00' },
    { from: '9999-01-01T00:00:00Z' },
    { overlap: 1e99 },
    { overlap: -1 },
    { singleUseTtl: Number.NaN },
    { singleUseTtl: 29 },
  ])('is not said of what the edge would refuse: %j', (change) => {
    expect(meaningOf(en, { ...draft, ...change }, deployment, NOW)).toBe(undefined)
  })

  test('is said in Spanish too', () => {
    document.documentElement.lang = 'es'
    expect(say({}, es).sentences.slice(0, 2)).toEqual([
      'Cada token termina 1 hora después de medianoche en Europe/Madrid.',
      'El primer token termina el 15 mar 2026, 1:00 (Europe/Madrid).',
    ])
  })
})

test('times of a date field are those of the chosen zone, clock changes included', () => {
  expect(instantOf('2026-03-01T09:30', 'Europe/Madrid')).toBe('2026-03-01T08:30:00Z')
  expect(instantOf('2026-07-01T09:30', 'Asia/Kolkata')).toBe('2026-07-01T04:00:00Z')
  expect(instantOf('2026-03-29T02:30', 'Europe/Madrid')).toBe('2026-03-29T01:30:00Z')
  expect(instantOf('2026-10-25T02:30', 'Europe/Madrid')).toBe('2026-10-25T00:30:00Z')
  expect(instantOf('20266-01-01T00:00', 'UTC')).toBe(undefined)
  expect(localOf('2026-03-01T08:30:00Z', 'Europe/Madrid')).toBe('2026-03-01T09:30')
})

test('an address survives the way there and back', () => {
  const query = { text: 'a&b=c#d/é', user: 'x@y+z' }
  expect(routeOf(href(['tokens', 'tok/_1 ?'], query))).toEqual({ path: ['tokens', 'tok/_1 ?'], query })
  expect(routeOf('')).toEqual({ path: [], query: {} })
  expect(routeOf('#/tokens/%E0%A4%A').path).toEqual(['tokens', '%E0%A4%A'])
  expect(href(['users'], { prefix: '' })).toBe('#/users')
})

test('what a token belongs to is read from the token, and from nothing else', () => {
  const token = (claims: unknown) => `e30.${btoa(JSON.stringify(claims)).replace(/=+$/, '')}.c2ln`
  const id = 'mX2rT9bQ4kLw7ZsVn1CfYg'
  expect(ownerOf(token({ sub: `tok_${id}` }))).toEqual({ section: 'tokens', id: `tok_${id}` })
  expect(ownerOf(token({ iss: `sig_${id}`, sub: 'store-1' }))).toEqual({
    section: 'signers',
    id: `sig_${id}`,
  })
  // The edge itself signs the tokens that try a signer.
  expect(ownerOf(token({ sub: `sig_${id}` }))).toEqual({ section: 'signers', id: `sig_${id}` })
  for (const wrong of ['', 'x', 'a.b.c', 'a.b', token(null), token({ sub: '../x' }), token({ iss: 7 }), '…'])
    expect(ownerOf(wrong)).toBe(undefined)
})
