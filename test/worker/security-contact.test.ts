import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { call, EDGE } from './api.ts'

const contact = (SECURITY_CONTACT: string) =>
  call('GET', '/.well-known/security.txt', { bindings: { ...env, SECURITY_CONTACT } })

test('a deployment names whom to tell of a weakness, for a month (RFC 9116)', async () => {
  const { status, headers, body } = await contact(' mailto:security@example.com\nhttps://example.com/report ')
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  const lines = body.trimEnd().split('\n')
  expect(lines).toEqual([
    'Contact: mailto:security@example.com',
    'Contact: https://example.com/report',
    expect.stringMatching(/^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    `Canonical: ${EDGE}/.well-known/security.txt`,
  ])
  const days = (Date.parse(lines[2].slice('Expires: '.length)) - Date.now()) / 86_400_000
  expect(Math.round(days)).toBe(30)
})

test('a deployment without a contact invents none', async () => {
  for (const bindings of [env, { ...env, SECURITY_CONTACT: ' ' }]) {
    const { status, body } = await call('GET', '/.well-known/security.txt', { bindings })
    expect([status, body.code]).toEqual([404, 'not_found'])
  }
})

test.each([
  'security@example.com',
  'http://example.com/report',
  'mailto:',
  'mailto:a@b@c',
  'mailto:security@example.com,mailto:other@example.com,nobody',
  'mailto:security@example.com\u0000Contact:',
  'javascript:alert(1)',
  'https://',
])('SECURITY_CONTACT=%j is refused by name, its contents unsaid', async (text) => {
  const { status, body } = await contact(text)
  expect([status, body.errors?.[0].path]).toEqual([503, 'SECURITY_CONTACT'])
  if (text.length > 8 && text !== 'security@example.com')
    expect(JSON.stringify(body)).not.toContain(JSON.stringify(text).slice(1, -1))
})
