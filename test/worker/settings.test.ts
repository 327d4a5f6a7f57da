import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import { ADMIN_KEY, hexDigest } from './admin-key.ts'
import { admin, BIUWER_TOKEN, call, open } from './api.ts'

const key = (changes: object = {}, ...others: object[]) =>
  JSON.stringify({ keys: [{ kty: 'oct', kid: 'k', k: 'A'.repeat(43), ...changes }, ...others] })

/** Of RFC 8037, appendix A. */
const PUBLIC = { kty: 'OKP', crv: 'Ed25519', k: undefined, x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }

const without = (setting: keyof Bindings): Bindings => {
  const { [setting]: _, ...rest } = env
  return rest as Bindings
}

test.each([
  'BIUWER_INSTANCE',
  'ALLOWED_ORIGINS',
  'ADMIN_KEYS',
  'TOKEN_KEYS',
  'VAULT_KEYS',
  'EDGE_KV',
  'TOKEN_REGISTRY',
  'SPENT_TOKENS',
  'SESSION_BIUWER_TOKENS',
  'OPENING_LOG',
  'BIUWER_TOKEN_SOURCE',
  'BIUWER_TOKEN_SOURCE_SECRET',
  'SESSION_LIMITER',
] as const)('a deployment without %s serves nothing and says so', async (setting) => {
  for (const path of ['/healthz', '/v1/frame', '/v1/tokens']) {
    const { status, body } = await admin('GET', path, undefined, { bindings: without(setting) })
    expect([status, body.code]).toEqual([503, 'misconfigured'])
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual([setting])
  }
})

test.each([
  ['BIUWER_INSTANCE', 'acme.biuwer.com'],
  ['BIUWER_INSTANCE', 'http://acme.biuwer.com'],
  ['BIUWER_INSTANCE', 'http://127.0.0.1.evil.example'],
  ['BIUWER_INSTANCE', 'http://localhost.evil.example'],
  ['BIUWER_INSTANCE', 'https://acme.biuwer.com/share'],
  ['BIUWER_INSTANCE', "https://acme.biuwer.com; script-src 'unsafe-inline'"],
  ['BIUWER_INSTANCE', 'https://acme;sandbox'],
  ['BIUWER_INSTANCE', 'https://acme.biuwer.com,'],
  ['BIUWER_INSTANCE', 'https://*.biuwer.com'],
  ['BIUWER_INSTANCE', 'http://[::1]:8788'],
  ['ALLOWED_ORIGINS', 'shop.example.com'],
  ['ALLOWED_ORIGINS', 'https://app.example.com/'],
  ['ALLOWED_ORIGINS', '* https://app.example.com'],
  ['ALLOWED_ORIGINS', 'null'],
  ['SESSION_TTL', '0'],
  ['SESSION_TTL', '8h'],
  ['SESSION_TTL', '31536001'],
  ['SESSION_CHECK', '-1'],
  ['REVOCATION_LEASE', '1.5'],
  ['EXPOSED_FRAMES', 'yes'],
  ['BIUWER_TOKEN_SOURCE', 'http://source.example.com/'],
  ['BIUWER_TOKEN_SOURCE', 'http://127.0.0.1.evil.example/'],
  ['BIUWER_TOKEN_SOURCE', 'https://name:password@source.example.com/'],
  ['BIUWER_TOKEN_SOURCE', 'source.example.com'],
  ['BIUWER_TOKEN_SOURCE_SECRET', 'whsec_c2hvcnQ='],
  ['BIUWER_TOKEN_SOURCE_SECRET', `whsec_${btoa('x'.repeat(23))}`],
  ['BIUWER_TOKEN_SOURCE_SECRET', `whsec_${btoa('x'.repeat(65))}`],
  ['BIUWER_TOKEN_SOURCE_SECRET', btoa('x'.repeat(32))],
  ['BIUWER_TOKEN_SOURCE_SECRET', 'whsec_not base64'],
  ['BIUWER_TOKEN_SOURCE_SECRET', `whsec_${'A'.repeat(33)}`],
  ['ADMIN_KEYS', 'a-key-itself'],
  ['TOKEN_KEYS', 'not json'],
  ['TOKEN_KEYS', '{"keys":[]}'],
  ['TOKEN_KEYS', key({ k: 'AAAA' })],
  ['TOKEN_KEYS', key({ k: 'A'.repeat(42) })],
  ['TOKEN_KEYS', key({ k: 'A'.repeat(45) })],
  ['TOKEN_KEYS', key({ kid: undefined })],
  ['TOKEN_KEYS', key({ alg: 'none' })],
  ['TOKEN_KEYS', key({ kty: 'RSA' })],
  ['TOKEN_KEYS', JSON.stringify({ keys: [1, 2] })],
  ['TOKEN_KEYS', key(PUBLIC)],
  ['TOKEN_KEYS', key({}, { ...PUBLIC, kid: 'other', alg: 'ES256' })],
  ['TOKEN_KEYS', key({}, { ...PUBLIC, kid: 'k' })],
  ['VAULT_KEYS', key({ k: 'A'.repeat(22) })],
  ['VAULT_KEYS', key({ k: 'A'.repeat(44) })],
  ['VAULT_KEYS', key({ alg: 'A128GCM' })],
  ['LOG_SUCCESSES', 'all'],
  ['LOG_SUCCESSES', '1.5'],
  ['LOG_SUCCESSES', '-0.1'],
] as const)('%s=%s is refused by name, its contents unsaid', async (setting, value) => {
  const { status, body } = await call('GET', '/healthz', { bindings: { ...env, [setting]: value } })
  expect([status, body.errors?.map((error: { path: string }) => error.path)]).toEqual([503, [setting]])
  // JSON writes quotes within quotes: the inside of a value is looked for as it would stand there.
  if (value.length > 3) expect(JSON.stringify(body)).not.toContain(JSON.stringify(value).slice(1, -1))
})

test('a vault key that is missing is not named to whoever opens a dashboard', async () => {
  const vault = (kid: string, k: string): Bindings => ({
    ...env,
    VAULT_KEYS: JSON.stringify({ keys: [{ kty: 'oct', kid, k }] }),
  })
  const former = vault('kid-of-the-vault', `${'B'.repeat(42)}A`)
  await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN }, { bindings: former })
  const { body: record } = await admin('POST', '/v1/tokens', { user: 'store-1' }, { bindings: former })
  // Another key of the same name opens the entry no more than none does.
  for (const [kid, k] of [
    ['other', 'A'.repeat(43)],
    ['kid-of-the-vault', 'A'.repeat(43)],
  ] as const) {
    const { status, body } = await open(record.token, { bindings: vault(kid, k) })
    expect([status, body.code, body.errors?.map(({ path }) => path)]).toEqual([
      503,
      'misconfigured',
      ['VAULT_KEYS'],
    ])
    expect(JSON.stringify(body)).not.toContain('kid-of-the-vault')
  }
})

test.each(['http://localhost:8788', 'http://127.0.0.1:8788', 'http://biuwer.localhost:8788'])(
  'a Biuwer on the same machine may be at %s',
  async (instance) => {
    const bindings = { ...env, BIUWER_INSTANCE: instance }
    expect((await admin('GET', '/v1/deployment', undefined, { bindings })).body.biuwer_instance).toBe(
      instance,
    )
  },
)

test('every setting that is off is named at once', async () => {
  const { body } = await call('GET', '/healthz', {
    bindings: { ...env, SESSION_TTL: 'x', ADMIN_KEYS: '', VAULT_KEYS: '{}' },
  })
  expect(body.errors.map((error: { path: string }) => error.path).sort()).toEqual([
    'ADMIN_KEYS',
    'SESSION_TTL',
    'VAULT_KEYS',
  ])
})

test('durations have defaults, and may be numbers', async () => {
  const { SESSION_TTL: _1, SESSION_CHECK: _2, REVOCATION_LEASE: _3, ...bare } = env
  const durations = async (bindings: Bindings) => {
    const { body } = await admin('GET', '/v1/deployment', undefined, { bindings })
    return [body.session_ttl, body.session_check, body.revocation_lease]
  }
  expect(await durations(bare)).toEqual([28_800, 300, 60])
  expect(await durations({ ...bare, SESSION_TTL: 60 })).toEqual([60, 300, 60])
})

test('every admin key that is listed is good, and the audit tells them apart', async () => {
  const other = 'adm_of-another-backend'
  // As a file pasted into a prompt comes.
  const bindings = { ...env, ADMIN_KEYS: ` ${env.ADMIN_KEYS}\n${(await hexDigest(other)).toUpperCase()}\n` }
  const actors = []
  for (const admitted of [ADMIN_KEY, other]) {
    const headers = { Authorization: `Bearer ${admitted}` }
    const { status, body } = await admin('GET', '/v1/deployment', undefined, { headers, bindings })
    expect(status).toBe(200)
    actors.push(body.actor)
  }
  expect(actors).toEqual([await hexDigest(ADMIN_KEY), await hexDigest(other)].map((hex) => hex.slice(0, 12)))
  const headers = { Authorization: `Bearer ${other}` }
  expect((await admin('GET', '/v1/deployment', undefined, { headers })).status).toBe(401)
})

test('keys are rotated without downtime: the first signs and encrypts, all verify and decrypt', async () => {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true })
  const ed25519 = { ...(await exportJWK(privateKey)), kid: 'ed', alg: 'EdDSA' }
  const merge = (first: object | string, second: string | undefined) =>
    JSON.stringify({ keys: [first, ...JSON.parse(second ?? '').keys] })
  const rotated: Bindings = {
    ...env,
    TOKEN_KEYS: merge(ed25519, env.TOKEN_KEYS),
    VAULT_KEYS: merge({ kty: 'oct', kid: 'newer', k: `${'B'.repeat(42)}A` }, env.VAULT_KEYS),
  }
  await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
  const before = await admin('POST', '/v1/tokens', { user: 'store-1' })
  expect((await open(before.body.token, { bindings: rotated })).status).toBe(201)

  await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN }, { bindings: rotated })
  const { body: after } = await admin(
    'POST',
    `/v1/tokens/${before.body.id}/refresh`,
    {},
    { bindings: rotated },
  )
  const { body: again } = await admin(
    'POST',
    `/v1/tokens/${before.body.id}/refresh`,
    {},
    { bindings: rotated },
  )
  expect(after.token).not.toBe(before.body.token)
  expect(again.token).toBe(after.token)
  const retired: Bindings = { ...rotated, TOKEN_KEYS: JSON.stringify({ keys: [ed25519] }) }
  expect((await open(after.token, { bindings: retired })).status).toBe(201)
  expect((await open(before.body.token, { bindings: retired })).body.code).toBe('token_invalid')
})

test('exposed frames are refused unless the deployment allows them, and then /healthz warns', async () => {
  expect((await call('GET', '/healthz')).body.warnings).toBeUndefined()
  const bindings = { ...env, EXPOSED_FRAMES: 'allow' }
  expect((await call('GET', '/healthz', { bindings })).body.warnings).toEqual([
    expect.stringContaining('EXPOSED_FRAMES'),
  ])
})
