import { expect, it } from 'vitest'
import { claimsOf } from '../../widget/diagnosis/claims.ts'
import { clock } from '../../widget/diagnosis/clock-skew.ts'
import { context } from '../../widget/diagnosis/context.ts'
import { diagnose } from '../../widget/diagnosis/diagnose.ts'
import { edge as edgeCheck, origin as originCheck } from '../../widget/diagnosis/edge-reach.ts'
import type { Subject } from '../../widget/diagnosis/subject.ts'
import { check, failed, findings, placeElement, subject, token } from './diagnosis-fixtures.ts'

placeElement()

it.each<[string, Partial<Subject>, string]>([
  ['no resource', { resource: null }, 'resource-id'],
  ['a malformed resource', { resource: 'a b' }, 'resource-id'],
  ['a resource too long', { resource: 'a'.repeat(129) }, 'resource-id'],
  ['no edge', { edge: undefined, frameUrl: undefined }, 'edge'],
  ['an address for an instance', { edge: undefined, instance: 'https://acme.biuwer.com' }, 'instance'],
  ['no source of values', { source: null, token: undefined }, 'token-url'],
  ['a malformed token-url', { source: 'token-url', tokenUrl: 'https://' }, 'token-url'],
  ['refused settings', { error: failed('invalid_request') }, 'message'],
])('names %s', async (_, known, word) => {
  const { ok, detail } = check(await diagnose(subject({ connected: true, ...known })), 'setup')
  expect(ok).toBe(false)
  expect(detail).toContain(word)
})

it('takes a resource id of the greatest length', async () => {
  const report = await diagnose(subject({ connected: true, resource: 'a'.repeat(128) }))
  expect(check(report, 'setup').ok).toBe(true)
})

it.each<[string, boolean, Partial<Subject>, Parameters<typeof findings>[0]]>([
  ['a sandbox without an origin', false, {}, { page: { origin: 'null' } }],
  ['http on an https page', false, {}, {}],
  ['http that the browser allowed', true, {}, { hello: true }],
  ['an http token-url on an https page', false, { tokenUrl: 'http://host.example' }, { hello: true }],
  ['http on an http page', true, {}, { page: { origin: 'http://localhost' } }],
  ['an insecure page', false, {}, { hello: true, page: { origin: 'http://host.example', secure: false } }],
  [
    'a COEP that keeps the frame out',
    false,
    { edge: 'https://edge.example' },
    { page: { embedderPolicy: true } },
  ],
  ['https on an https page', true, { edge: 'https://edge.example' }, {}],
])('judges the page’s context: %s', (_, ok, known, found) => {
  expect(context(subject(known), findings(found))?.[0]).toBe(ok)
})

it('says what gives a page an origin: a server where it is a file, another sandbox where that took it', () => {
  const advice = (file: boolean) => context(subject(), findings({ page: { origin: 'null', file } }))?.[1]
  expect(advice(true)).toContain('serve the page over http')
  expect(advice(true)).not.toContain('sandbox')
  expect(advice(false)).toContain('allow-same-origin')
})

it.each<[string, boolean | null, Partial<Subject>, Parameters<typeof findings>[0]]>([
  ['out of reach of a device that is offline', false, {}, { page: { online: false } }],
  [
    'offline by the browser, and whose script came',
    true,
    {},
    { script: 'answered', page: { online: false } },
  ],
  ['offline by the browser, and whose frame spoke', true, {}, { hello: true, page: { online: false } }],
  ['misconfigured', false, { error: failed('misconfigured') }, { hello: true }],
  ['failing', false, { error: failed('internal') }, { hello: true }],
  ['silent', false, {}, { script: 'silent' }],
  ['not asked, in a browser without modulepreload', null, {}, { script: null }],
  ['unknown', null, { edge: undefined }, {}],
])('judges an edge that is %s', (_, ok, known, found) => {
  expect(edgeCheck(subject(known), findings(found))?.[0]).toBe(ok)
})

it.each<[string, boolean | null, string, Parameters<typeof findings>[0]]>([
  ['was refused', false, 'ALLOWED_ORIGINS', { frame: 'failed' }],
  ['is kept out by COEP', null, '', { frame: 'failed', page: { embedderPolicy: true } }],
  ['says nothing, as where Firefox keeps it out by COEP', false, 'COEP', { frame: 'silent' }],
])('advises on a frame that %s', (_, ok, words, found) => {
  const verdict = originCheck(subject(), findings({ script: 'answered', ...found }))
  expect(verdict?.[0]).toBe(ok)
  expect(verdict?.[1]).toContain(words)
  expect(verdict?.[1].includes('ALLOWED_ORIGINS')).toBe(words === 'ALLOWED_ORIGINS')
})

it.each<[string, boolean, Partial<Subject>]>([
  ['the token’s origins name it', true, { token: token({ origins: [origin] }) }],
  ['the token’s origins name others', false, { token: token({ origins: [`${origin}0`] }) }],
  ['the edge refused it', false, { error: failed('origin_not_allowed') }],
  ['it is the edge itself', false, { edge: origin }],
])('judges the page’s origin where %s', async (_, ok, known) => {
  expect(check(await diagnose(subject({ connected: true, ...known })), 'origin').ok).toBe(ok)
})

it.each([
  ['https://*.example.com', 'https://a.example.com', true],
  ['https://*.example.com', 'https://a.b.example.com', true],
  ['https://*.example.com', 'https://example.com', false],
  ['https://*.example.com', 'https://evil-example.com', false],
  ['https://*.example.com', 'http://a.example.com', false],
  ['https://*.example.com', 'https://a.example.com:8443', false],
  ['https://a.example.com', 'https://a.example.com', true],
])('judges %s in a token on a page of %s', (entry, origin, ok) => {
  const claims = claimsOf(token({ origins: [entry] }))
  expect(originCheck(subject(), findings({ hello: true, claims, page: { origin } }))?.[0]).toBe(ok)
})

it.each([
  [null, null, ''],
  [0, true, ''],
  [60_000, true, 'In order'],
  [61_000, true, '61 s ahead'],
  [-300_000, true, '300 s behind'],
  [-300_001, false, '300 s behind'],
  [300_001, false, '300 s ahead'],
])('judges a clock %s ms ahead of the edge’s', (skew, ok, words) => {
  const verdict = clock(subject({ skew }))
  expect(verdict?.[0]).toBe(ok)
  expect(verdict?.[1]).toContain(words)
})
