import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import type { SecurityScheme } from '../../api/shape.ts'
import packageJson from '../../package.json'
import type { Bindings } from '../../worker/env.ts'
import { PROBLEMS } from '../../worker/problems.ts'
import { ADMIN_KEY } from './admin-key.ts'
import { BIUWER_TOKEN, EDGE, HOST, sessionKey } from './api.ts'
import { answerMistakes, document, file, isFile, mistakes, operationOf, operations } from './document.ts'
import { fromWorker, newIsolate } from './isolate.ts'
import { keyPair } from './signing.ts'

/** Every documented success that some call here was answered with. */
const seen = new Set<string>()

interface Ask {
  /** Path parameters; the rest is query. */
  path?: Record<string, string>
  query?: string
  headers?: Record<string, string>
  body?: unknown
  form?: Record<string, string>
  as?: SecurityScheme | 'nobody'
  sessionToken?: string
  bindings?: Bindings
}

// biome-ignore lint/suspicious/noExplicitAny: the document says what an answer is
type Loose = any

/** Makes a documented call and holds its answer against the document. */
async function ask(operationId: string, status: number, options: Ask = {}): Promise<Loose> {
  const documented = operationOf(operationId)
  const { method, path, operation } = documented
  const [scheme] = Object.keys(operation.security[0] ?? {}) as SecurityScheme[]
  const headers = new Headers({
    'CF-Connecting-IP': '10.9.8.7',
    ...credentials(options.as ?? scheme, options),
  })
  const init: RequestInit = { method: method.toUpperCase(), headers }
  if (options.body !== undefined) {
    headers.set('Content-Type', 'application/json')
    init.body = typeof options.body === 'string' ? options.body : JSON.stringify(options.body)
  }
  if (options.form) {
    headers.set('Content-Type', 'application/x-www-form-urlencoded')
    init.body = `${new URLSearchParams(options.form)}`
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => options.path?.[name] ?? '')
  const address = `${EDGE}${filled}${options.query ?? ''}`
  const answer = isFile(path) ? await file(filled) : await fromWorker(address, init, options.bindings)
  const copy = answer.clone()
  expect([answer.status, await answerMistakes(documented, answer)]).toEqual([status, []])
  if (answer.status < 400) seen.add(`${operationId} ${answer.status}`)
  const text = await copy.text()
  return /[/+]json/.test(copy.headers.get('content-type') ?? '') ? JSON.parse(text) : text
}

function credentials(
  scheme: SecurityScheme | 'nobody' | undefined,
  { sessionToken }: Ask,
): Record<string, string> {
  switch (scheme) {
    case 'admin':
      return { Authorization: `Bearer ${ADMIN_KEY}` }
    case 'basic':
      return { Authorization: `Basic ${btoa(`any:${ADMIN_KEY}`)}` }
    case 'session':
      return { Authorization: `Bearer ${sessionToken ?? ''}` }
    default:
      return {}
  }
}

afterAll(() => reset())

describe('the document', () => {
  test('the document has every address of the worker, and no other', () => {
    // What guards an address is a route of it too.
    const routes = newIsolate().routes.filter(({ method }) => method !== 'ALL')
    const routed = new Set(routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`))
    const documented = operations
      .filter(({ path }) => !isFile(path))
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(documented.sort()).toEqual([...routed].sort())
  })

  test('the document has examples that are what they are examples of', () => {
    for (const { operation } of operations) {
      const answers = Object.values(operation.responses).map((answer) =>
        '$ref' in answer ? document.components.responses[answer.$ref.split('/').at(-1) ?? ''] : answer,
      )
      for (const content of [operation.requestBody?.content, ...answers.map((answer) => answer?.content)])
        for (const { schema, examples = {} } of Object.values(content ?? {}))
          for (const { value } of Object.values(examples)) expect(mistakes(schema, value)).toEqual([])
    }
  })

  test('the document is served to programs and to readers, with a section for every code', async () => {
    expect(await (await file('/openapi.json')).json()).toEqual(JSON.parse(JSON.stringify(document)))
    const page = await file('/docs')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|https?:/)
    const text = await page.text()
    expect(text).not.toMatch(/<script|<style| style=| src="/)
    for (const code of [...Object.keys(PROBLEMS), 'frame_unreachable', 'provider_failed'])
      expect(text).toContain(`id="${code}"`)
  })
})

describe('the worker answers as documented', () => {
  const user = { user: 'store-1' }
  const create = (body: object, status = 201, headers = {}) => ask('createToken', status, { body, headers })
  const opening = { resource: 'page_1', origin: HOST, session_key: sessionKey('one') }
  const openSession = (body: object, status = 201, bindings?: Bindings) =>
    ask('openSession', status, { body, headers: { Origin: EDGE }, ...(bindings && { bindings }) })

  test('the worker answers as documented about users', async () => {
    await ask('linkUser', 201, { path: user, body: { biuwer_token: BIUWER_TOKEN } })
    await ask('linkUser', 200, { path: user, body: { biuwer_token: 'another' } })
    await ask('linkUser', 200, { path: user, body: { biuwer_refresh: 'session' } })
    await ask('updateUser', 200, { path: user, body: { biuwer_refresh: 'manual' } })
    await ask('updateUser', 400, { path: user, body: {} })
    await ask('updateUser', 404, { path: { user: 'nobody' }, body: { biuwer_refresh: 'daily' } })
    await ask('getUser', 200, { path: user })
    await ask('revokeUserTokens', 200, { path: user })
    await ask('signOutUser', 200, { path: user, body: {} })
    await ask('signOutUser', 400, { path: user, body: user })
    await ask('signOutUser', 404, { path: { user: 'nobody' } })
    await ask('signOutAll', 200, { body: {} })
    await ask('signOutAll', 400, { body: user })
    await ask('unlinkUser', 200, { path: user })
    await ask('unlinkUser', 404, { path: user })
    await ask('getUser', 404, { path: user })
    await ask('getUser', 400, { path: { user: 'a b' } })
    await ask('revokeUserTokens', 400, { path: { user: 'a b' } })
    await ask('listUsers', 200, { query: '?prefix=st&limit=1' })
    await ask('listUsers', 400, { query: '?prefix=a%20b' })
    await ask('listUsers', 401, { as: 'nobody' })
    await ask('linkUser', 400, { path: user, body: {} })
    await ask('linkUser', 413, { path: user, body: { biuwer_token: 'x'.repeat(70_000) } })
    await ask('linkUser', 415, { path: user, body: '{}', headers: { 'Content-Type': 'text/plain' } })
    await ask('linkUser', 401, { path: user, body: {}, as: 'nobody' })
  })

  test('the worker answers as documented about tokens', async () => {
    await create(user, 409)
    await ask('linkUser', 201, { path: user, body: { biuwer_token: BIUWER_TOKEN } })
    const key = { 'Idempotency-Key': 'k1' }
    const { id } = await create({ ...user, refresh: 'daily', time_zone: 'Europe/Madrid' }, 201, key)
    expect((await create({ ...user, refresh: 'daily', time_zone: 'Europe/Madrid' }, 201, key)).id).toBe(id)
    await create(user, 422, key)
    await create({ user: 'store-1', to: 'never', x: 1 }, 400)
    for (const body of [
      { ...user, refresh: 'single-use', region: 'weur', metadata: { a: '1' }, label: 'x' },
      { ...user, refresh: 'monthly', to: '2037-01-01T00:00:00Z', resources: ['page_1'], origins: [HOST] },
    ])
      await create(body)
    const path = { id }
    await ask('listTokens', 200, { query: '?limit=1&user=store-1&status=active' })
    await ask('listTokens', 200, { query: '?text=store' })
    await ask('listTokens', 400, { query: '?limit=0' })
    await ask('listTokens', 400, { query: '?text=ab' })
    await ask('getToken', 200, { path })
    await ask('updateToken', 200, { path, body: { label: 'y', metadata: { a: null } } })
    await ask('updateToken', 400, { path, body: { user: 'store-2' } })
    await ask('updateToken', 412, { path, body: { label: 'z' }, headers: { 'If-Match': '"1"' } })
    await ask('refreshToken', 200, { path })
    await ask('refreshToken', 412, { path, body: { rotate: true }, headers: { 'If-Match': '"1"' } })
    await ask('refreshToken', 400, { path, headers: { 'If-Match': '1' } })
    await ask('previewToken', 200, { path, body: { resource: 'page_1' } })
    await ask('previewToken', 400, { path, body: {} })
    await ask('refreshToken', 200, { path, body: { rotate: true } })
    await ask('explainToken', 200, { path, body: { token: 'x', resource: 'page_1', origin: HOST } })
    await ask('revokeToken', 412, { path, headers: { 'If-Match': '"1"' } })
    await ask('revokeToken', 400, { path, headers: { 'If-Match': '1' } })
    await ask('revokeToken', 200, { path })
    await ask('revokeToken', 200, { path })
    await ask('refreshToken', 409, { path })
    await ask('updateToken', 409, { path, body: { to: null } })
    for (const operation of ['getToken', 'updateToken', 'revokeToken', 'refreshToken', 'explainToken'])
      await ask(operation, 404, { path: { id: 'tok_none' } })
    await ask('listAudit', 200)
    await ask('listAudit', 200, { query: `?limit=1&target=${id}` })
    await ask('previewToken', 409, { path, body: { resource: 'page_1' } })
    await ask('listAudit', 400, { query: '?cursor=x' })
    await openSession({ ...opening, token: (await create(user)).token, origin: 'https://evil.example' }, 403)
    expect((await ask('listRefusals', 200, { query: '?user=store-1' })).items).toHaveLength(1)
    await ask('listRefusals', 400, { query: '?code=none' })
    await ask('listRefusals', 401, { as: 'nobody' })
    for (const operation of ['listTokens', 'listAudit', 'getToken'])
      await ask(operation, 401, { as: 'nobody', path })
  })

  test('the worker answers as documented about keys', async () => {
    const { id } = await ask('createKey', 201, { body: { name: 'Backend', role: 'issuer' } })
    await ask('createKey', 400, { body: { name: 'Backend', role: 'root' } })
    await ask('createKey', 401, { body: {}, as: 'nobody' })
    await ask('listKeys', 200, { query: '?limit=1' })
    await ask('listKeys', 400, { query: '?cursor=x' })
    await ask('getCurrentKey', 200)
    await ask('getKey', 200, { path: { id } })
    await ask('revokeKey', 200, { path: { id } })
    for (const operation of ['getKey', 'revokeKey']) await ask(operation, 404, { path: { id: 'key_none' } })
  })

  test('the worker answers as documented about Biuwer tokens', async () => {
    await ask('linkUser', 200, { path: user, body: { biuwer_token: BIUWER_TOKEN } })
    const { id } = await ask('addBiuwerToken', 201, { path: user, body: { biuwer_token: 'next' } })
    await ask('addBiuwerToken', 400, { path: user, body: {} })
    await ask('listBiuwerTokens', 200, { path: user })
    await ask('deleteBiuwerToken', 200, { path: { ...user, id } })
    await ask('deleteBiuwerToken', 404, { path: { ...user, id } })
    await ask('listBiuwerTokens', 404, { path: { user: 'nobody' } })
  })

  test('the worker answers as documented about signers', async () => {
    const { jwk } = await keyPair()
    const { id } = await ask('createSigner', 201, { body: { name: 'Backend', keys: { keys: [jwk] } } })
    const path = { id }
    await ask('createSigner', 400, { body: { name: 'Backend', keys: { keys: [] } } })
    await ask('listSigners', 200, { query: '?limit=1' })
    await ask('listSigners', 400, { query: '?cursor=x' })
    await ask('getSigner', 200, { path })
    await ask('updateSigner', 200, { path, body: { max_ttl: 60 } })
    await ask('previewSigner', 200, { path, body: { user: 'store-1', resource: 'page_1' } })
    await ask('deleteSigner', 200, { path })
    await ask('updateSigner', 409, { path, body: { max_ttl: 60 } })
    await ask('previewSigner', 409, { path, body: { user: 'store-1', resource: 'page_1' } })
    for (const operation of ['getSigner', 'updateSigner', 'deleteSigner'])
      await ask(operation, 404, {
        path: { id: 'sig_none' },
        body: operation === 'updateSigner' ? {} : undefined,
      })
    await ask('explainOpening', 200, { body: { token: 'none' } })
    await ask('explainOpening', 400, { body: {} })
  })

  test('the worker answers as documented about the deployment', async () => {
    await ask('getDeployment', 200)
    await ask('getDeployment', 401, { as: 'nobody' })
    await ask('getStatistics', 200, { query: '?days=7' })
    await ask('getStatistics', 200, { query: '?days=1&by=hour' })
    await ask('getStatistics', 200, { query: '?user=store-1' })
    await ask('getStatistics', 400, { query: '?days=401' })
  })

  test('the worker answers as documented about sessions', async () => {
    await ask('linkUser', 200, { path: user, body: { biuwer_token: BIUWER_TOKEN } })
    const { id, token } = await create({ ...user, resources: ['page_1'], refresh: 'single-use' })
    await openSession({ ...opening, token, resource: 'page_2' }, 403)
    await openSession({ ...opening, token, origin: 'https://evil.example' }, 403)
    const { session_token: sessionToken } = await openSession({ ...opening, token })
    await openSession({ ...opening, token, session_key: sessionKey('two') }, 409)
    await ask('checkSession', 200, { sessionToken })
    await ask('checkSession', 401, { sessionToken: token })
    for (const wrong of ['x', `${token}x`]) await openSession({ ...opening, token: wrong }, 401)
    await openSession({ ...opening, token, session_key: 'short' }, 400)
    const { token: later } = await create({ ...user, from: '2037-01-01T00:00:00Z' })
    await openSession({ ...opening, token: later }, 401)
    await ask('revokeToken', 200, { path: { id } })
    await ask('openSession', 403, { body: opening })
    await ask('getFrame', 200)
  })

  test('the worker answers as documented about backups', async () => {
    const lines = await ask('exportAll', 200)
    const ndjson = { 'Content-Type': 'application/x-ndjson' }
    await ask('importLines', 200, { body: lines, headers: ndjson })
    await ask('importLines', 400, { body: 'nonsense', headers: ndjson })
    await ask('importLines', 413, { body: '\n'.repeat(1024 * 1024 + 1), headers: ndjson })
    await ask('importLines', 415, { body: {} })
    await ask('reencryptVault', 200)
    await ask('reencryptVault', 200, { body: { cursor: 'bjE6c3RvcmUtMTAw' } })
    await ask('reencryptVault', 400, { body: { all: true } })
    await ask('exportAll', 401, { as: 'nobody' })
  })

  test('the worker answers as documented to OAuth clients', async () => {
    await ask('linkUser', 200, { path: user, body: { biuwer_token: BIUWER_TOKEN } })
    const { token } = await create({ ...user, origins: [HOST], resources: ['page_1'] })
    for (const as of ['basic', 'admin'] as const) await ask('introspect', 200, { form: { token }, as })
    await ask('revokeValue', 200, { form: { token } })
    expect(await ask('introspect', 200, { form: { token } })).toEqual({ active: false })
    for (const operation of ['introspect', 'revokeValue']) {
      await ask(operation, 400, { form: {} })
      await ask(operation, 401, { form: { token }, as: 'nobody' })
      await ask(operation, 413, { form: { token: 'x'.repeat(70_000) } })
      await ask(operation, 415, { body: { token } })
      await ask(operation, 503, { form: { token }, bindings: { ...env, ADMIN_KEYS: '' } })
    }
    await ask('getServerMetadata', 200)
  })

  test('the worker answers as documented to anybody', async () => {
    const path = { version: packageJson.version }
    await ask('getHealth', 200)
    const SECURITY_CONTACT = 'mailto:security@example.com'
    await ask('getSecurityContact', 200, { bindings: { ...env, SECURITY_CONTACT } })
    await ask('getSecurityContact', 404)
    await ask('signOutOfConsole', 204, { headers: { Origin: EDGE } })
    await ask('signOutOfConsole', 403)
    await ask('getHealth', 503, { bindings: { ...env, TOKEN_KEYS: '' } })
    for (const id of ['getModule', 'getScript', 'getOpenApi', 'getDocs', 'getStart', 'getConsole'])
      await ask(id, 200)
    for (const id of ['getVersionedModule', 'getVersionedScript', 'getIntegrity'])
      await ask(id, 200, { path })
  })
})

test('every operation was asked, and every success it documents was seen', () => {
  const documented = operations.flatMap(({ operation }) =>
    Object.keys(operation.responses)
      .filter((status) => Number(status) < 400)
      .map((status) => `${operation.operationId} ${status}`),
  )
  expect([...seen].sort()).toEqual(documented.sort())
})
