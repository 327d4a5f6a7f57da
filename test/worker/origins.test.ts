import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ADMIN_KEY } from './admin-key.ts'
import { admin, BIUWER_TOKEN, call, check, EDGE, open } from './api.ts'
import { type Claims, keyPair, signed } from './signing.ts'

afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

const BELOW = 'https://*.example.com'
const APP = 'capacitor://localhost'

const settings = (ALLOWED_ORIGINS: string) => ({ bindings: { ...env, ALLOWED_ORIGINS } })

/** Makes a token record in a deployment that allows these origins. */
async function create(allowed: string, origins: string[] | null) {
  await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN }, settings(allowed))
  return admin('POST', '/v1/tokens', { user: 'store-1', origins }, settings(allowed))
}

async function ancestors(allowed: string): Promise<string | undefined> {
  const { headers } = await call('GET', '/v1/frame', settings(allowed))
  return /frame-ancestors ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1]
}

describe('ALLOWED_ORIGINS', () => {
  test.each([
    'https://a.example.com',
    'http://localhost:5173 https://a_b.example.com:8443 https://192.0.2.1',
    BELOW,
    `${BELOW} ${APP}`,
    'https://*.shops.example.com https://app.example.com',
    '*',
    `* ${APP} app://bundle`,
  ])('%s stands in the policy of the frame as it is', async (allowed) => {
    expect(await ancestors(allowed)).toBe(`'self' ${allowed}`)
    const { body } = await admin('GET', '/v1/deployment', undefined, settings(allowed))
    expect(body.allowed_origins).toEqual(allowed === '*' ? null : allowed.split(' '))
  })

  test('is read across lines, each entry once', async () => {
    expect(await ancestors(' https://a.example.com\n\thttps://b.example.com  https://a.example.com ')).toBe(
      "'self' https://a.example.com https://b.example.com",
    )
  })

  test.each([
    ['https://a.example.com,https://b.example.com', 'spaces, not by commas'],
    ['https://a.example.com, https://b.example.com', 'spaces, not by commas'],
    ['https://a.example.com;https://b.example.com', 'spaces, not by commas'],
    ['https://a.example.com,', 'spaces, not by commas'],
    ["https://a.example.com; script-src 'unsafe-inline'", 'spaces, not by commas'],
    ['https://a;sandbox', 'spaces, not by commas'],
    ["https://a.example.com 'unsafe-inline'", 'entry 2 is no origin'],
    ['https://a.example.com http://*.example.com', 'entry 2 is no origin'],
    ['https://*.com', 'entry 1 is no origin'],
    ['https://*', 'entry 1 is no origin'],
    ['https://*.example.com:8443', 'entry 1 is no origin'],
    ['https://app.example.com.', 'entry 1 is no origin'],
    ['https://App.example.com', 'entry 1 is no origin'],
    ['https://bücher.example', 'entry 1 is no origin'],
    ['https://user@app.example.com', 'entry 1 is no origin'],
    ['https://app.example.com/path', 'entry 1 is no origin'],
    [`https://${'a'.repeat(300)}.example`, 'entry 1 is no origin'],
    ['file://', 'entry 1 is no origin'],
    ['https:', 'entry 1 is no origin'],
    ['null', 'entry 1 is no origin'],
    ['https://[::1]:8443', 'entry 1 is in IPv6'],
    [`* ${BELOW}`, 'entry 2 stands beside "*"'],
    ['https://app.example.com *', 'entry 1 stands beside "*"'],
  ])('%j is malformed: %s', async (allowed, why) => {
    const { status, body } = await call('GET', '/healthz', settings(allowed))
    expect([status, body.code, body.errors[0].path]).toEqual([503, 'misconfigured', 'ALLOWED_ORIGINS'])
    expect(body.errors[0].message).toContain(why)
    // What is shorter is a part of the examples that the message gives.
    if (allowed.length > 10) expect(JSON.stringify(body)).not.toContain(JSON.stringify(allowed).slice(1, -1))
  })
})

describe('/healthz warns', () => {
  const warned = async (allowed: string) =>
    (await call('GET', '/healthz', settings(allowed))).body.warnings ?? []

  test.each([
    'https://a_b.example.com',
    'https://*.a_b.example.com',
    'https://a_b.example.com https://*.example.net',
  ])('of a name that no browser knows in a policy: %s', async (allowed) => {
    expect(await warned(allowed)).toEqual([expect.stringContaining('"_"')])
  })

  test.each(['*', BELOW, `${BELOW} https://a_b.example.com`, `* ${APP}`])(
    'of nothing else: %s',
    async (allowed) => {
      expect(await warned(allowed)).toEqual([])
    },
  )
})

describe('a record', () => {
  test.each([
    [BELOW, ['https://a.example.com', 'https://a.b.example.com', 'https://*.b.example.com', BELOW]],
    [`https://app.example.com ${APP}`, ['https://app.example.com', APP]],
    ['*', [BELOW, 'http://a.example:81', 'https://[2001:db8::1]']],
    [`* ${APP}`, [APP]],
  ])('of a deployment for %s takes origins within it', async (allowed, origins) => {
    const { status, body } = await create(allowed, origins)
    expect([status, body.origins]).toEqual([201, origins])
  })

  test.each([
    [BELOW, 'https://example.com'],
    [BELOW, 'https://evil-example.com'],
    [BELOW, 'https://example.com.evil.net'],
    [BELOW, 'https://a.example.com:8443'],
    [BELOW, 'http://a.example.com'],
    [BELOW, 'https://*.example.net'],
    [BELOW, 'https://*.evil-example.com'],
    [BELOW, APP],
    ['https://a.example.com', BELOW],
    ['https://*.a.example.com', BELOW],
    ['*', APP],
    [`* ${APP}`, 'ionic://localhost'],
  ])(
    'of a deployment for %s does not take %s, and the refusal says which entry is outside',
    async (allowed, origin) => {
      const within = allowed.includes('https://*') ? allowed.replace('*', 'x') : 'https://a.example.com'
      const { status, body } = await create(allowed, [within, origin])
      expect([status, body.errors]).toEqual([
        400,
        [{ path: 'origins.1', message: expect.stringContaining('ALLOWED_ORIGINS') }],
      ])
      const made = await create(allowed, [within])
      const changed = await admin(
        'PATCH',
        `/v1/tokens/${made.body.id}`,
        { origins: [origin] },
        settings(allowed),
      )
      expect([changed.status, changed.body.errors?.[0].path]).toEqual([400, 'origins.0'])
    },
  )

  test.each([
    '*',
    'https://*.com',
    'https://a;sandbox',
    'https://a.example.com,',
    'myapp://localhost',
    'https://*.example.com.',
  ])('never takes %j', async (origin) => {
    const { status, body } = await create('*', [origin])
    expect([status, body.errors.length, body.errors[0].path]).toEqual([400, 1, 'origins.0'])
  })
})

describe('an opening', () => {
  const opens = async (token: string, origin: string, allowed: string) => {
    const { status, body } = await open(token, { origin, ...settings(allowed) })
    return status === 201 ? body.session_token : body.code
  }
  const REFUSED = 'origin_not_allowed'

  test('opens on every origin of a wildcard, of the deployment or of the record, and on no look-alike', async () => {
    const everywhere = await create(BELOW, null)
    const shops = await create(BELOW, ['https://*.shops.example.com'])
    for (const origin of ['https://a.example.com', 'https://a.b.example.com'])
      expect([origin, await opens(everywhere.body.token, origin, BELOW)]).not.toContain(REFUSED)
    expect(await opens(shops.body.token, 'https://a.shops.example.com', BELOW)).not.toBe(REFUSED)
    expect(await opens(shops.body.token, 'https://shops.example.com', BELOW)).toBe(REFUSED)
    for (const origin of [
      'https://example.com',
      'https://evil-example.com',
      'https://a.example.com.',
      BELOW,
      EDGE,
    ])
      for (const { body } of [everywhere, shops])
        expect([origin, await opens(body.token, origin, BELOW)]).toEqual([origin, REFUSED])
  })

  test('opens in an app whose origin is listed, byte for byte', async () => {
    const { body } = await create(`* ${APP}`, null)
    expect(await opens(body.token, APP, `* ${APP}`)).not.toBe(REFUSED)
    for (const origin of [
      `${APP}/`,
      `${APP}:80`,
      'Capacitor://localhost',
      'ionic://localhost',
      'capacitor://evil',
    ])
      expect([origin, await opens(body.token, origin, `* ${APP}`)]).toEqual([origin, REFUSED])
    expect(await opens(body.token, APP, '*')).toBe(REFUSED)
  })

  test('and its session end where the wildcard is taken away', async () => {
    const { body } = await create(BELOW, null)
    const session = await opens(body.token, 'https://a.example.com', BELOW)
    const under = async (allowed: string) => (await check(session, settings(allowed).bindings)).status
    expect(await under(BELOW)).toBe(200)
    expect(await under('https://a.example.com')).toBe(200)
    expect(await under('https://*.a.example.com')).toBe(401)
  })

  test('and its session end where the record is narrowed below the wildcard', async () => {
    const { body } = await create(BELOW, [BELOW])
    const session = await opens(body.token, 'https://a.example.com', BELOW)
    await admin('PATCH', `/v1/tokens/${body.id}`, { origins: ['https://b.example.com'] }, settings(BELOW))
    vi.setSystemTime(Date.now() + 60_000)
    expect(await opens(body.token, 'https://b.example.com', BELOW)).not.toBe(REFUSED)
    expect(await opens(body.token, 'https://a.example.com', BELOW)).toBe(REFUSED)
    expect((await check(session, settings(BELOW).bindings)).body.code).toBe('session_revoked')
  })

  test('is explained as it would be judged', async () => {
    const { body } = await create(BELOW, ['https://*.shops.example.com'])
    const explained = async (origin: string) => {
      const asked = { token: body.token, resource: 'page_1', origin }
      const answer = await admin('POST', `/v1/tokens/${body.id}/explain`, asked, settings(BELOW))
      return answer.body.checks.find(({ check }: { check: string }) => check === 'origin').ok
    }
    expect(await explained('https://a.shops.example.com')).toBe(true)
    for (const origin of [
      'https://shops.example.com',
      'https://a.example.com',
      'https://*.shops.example.com',
      EDGE,
    ])
      expect([origin, await explained(origin)]).toEqual([origin, false])
  })
})

test('introspection tells what of a wildcard is left', async () => {
  const { body } = await create(BELOW, [BELOW])
  const left = async (allowed: string) => {
    const { body: answer } = await call('POST', '/oauth/introspect', {
      headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `token=${body.token}`,
      ...settings(allowed),
    })
    return answer.active ? answer.origins : 'inactive'
  }
  expect(await left('*')).toEqual([BELOW])
  expect(await left('https://a.example.com https://b.example')).toEqual(['https://a.example.com'])
  expect(await left('https://b.example')).toBe('inactive')
  const changes = { origins: ['https://a.example.com', 'https://*.b.example.com'] }
  await admin('PATCH', `/v1/tokens/${body.id}`, changes, settings(BELOW))
  expect(await left(BELOW)).toEqual(changes.origins)
})

describe('a signer', () => {
  const allowed = `${BELOW} ${APP}`
  const opens = async (token: string, origin: string) => {
    const { status, body } = await open(token, { origin, ...settings(allowed) })
    return status === 201 ? 'opens' : body.code
  }

  /** A signer of this scope, which is registered where the deployment allows it. */
  async function signer(origins: string[]) {
    const pair = await keyPair()
    await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN }, settings(allowed))
    const request = { name: 'Backend', keys: { keys: [pair.jwk] }, origins, single_use: false }
    const { status, body } = await admin('POST', '/v1/signers', request, settings(allowed))
    return { status, body, token: (claims: Claims = {}) => signed(pair, { iss: body.id, ...claims }) }
  }

  test.each([['https://*.evil-example.com'], ['https://example.com'], ['ionic://localhost'], ['*']])(
    'does not take %s, which lies outside of the deployment',
    async (origin) => {
      const { status, body } = await signer([BELOW, origin])
      expect([status, body.errors?.[0].path]).toEqual([400, 'origins.1'])
    },
  )

  test('and its tokens mean by a wildcard and by an app’s origin what a deployment means', async () => {
    const { token } = await signer([BELOW, APP])
    const wide = await token()
    const narrow = await token({ origins: ['https://*.shops.example.com', APP] })
    const cases: [origin: string, byWide: string, byNarrow: string][] = [
      ['https://a.shops.example.com', 'opens', 'opens'],
      ['https://a.example.com', 'opens', 'origin_not_allowed'],
      ['https://shops.example.com', 'opens', 'origin_not_allowed'],
      [APP, 'opens', 'opens'],
      ['https://example.com', 'origin_not_allowed', 'origin_not_allowed'],
      ['https://a.shops.example.com.evil.net', 'origin_not_allowed', 'origin_not_allowed'],
      ['https://a.evil-example.com', 'origin_not_allowed', 'origin_not_allowed'],
      ['ionic://localhost', 'origin_not_allowed', 'origin_not_allowed'],
    ]
    for (const [origin, byWide, byNarrow] of cases) {
      expect([origin, await opens(wide, origin), await opens(narrow, origin)]).toEqual([
        origin,
        byWide,
        byNarrow,
      ])
      for (const [text, outcome] of [
        [wide, byWide],
        [narrow, byNarrow],
      ] as const) {
        const asked = { token: text, resource: 'page_1', origin }
        const { body } = await admin('POST', '/v1/explain', asked, settings(allowed))
        expect([origin, body.allowed]).toEqual([origin, outcome === 'opens'])
      }
    }
  })

  test('whose token claims more than its scope gives no more than that', async () => {
    const { token } = await signer(['https://*.shops.example.com'])
    // "*" is no entry of a list: the claim is malformed, whatever else is in it.
    const malformed = await token({ origins: ['https://*.shops.example.com', '*'] })
    expect(await opens(malformed, 'https://a.shops.example.com')).toBe('token_invalid')
    const wider = await token({ origins: [BELOW] })
    expect(await opens(wider, 'https://a.shops.example.com')).toBe('opens')
    expect(await opens(wider, 'https://a.example.com')).toBe('origin_not_allowed')
  })
})
