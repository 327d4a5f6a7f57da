import { createExecutionContext, runDurableObjectAlarm, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { openingLogOf } from '../../worker/storage/opening-log.ts'
import { admin, BIUWER_TOKEN, call, EDGE, HOST, issue, open, sessionKey } from './api.ts'
import { frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { isolateOf, newIsolate } from './isolate.ts'
import { countingLog, everythingKept, heldLog, rowsOf } from './opening-log.ts'
import { asked } from './page-request.ts'
import { host } from './signing.ts'
import { unreachable } from './storage-doubles.ts'

/** What the edge remembers of refused openings. */

const DAY = 86_400

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

const list = async (query = '', bindings = env): Promise<Loose[]> => {
  const { status, body } = await admin('GET', `/v1/refusals${query}`, undefined, { bindings })
  expect(status).toBe(200)
  return body.items
}
const checks = async (query = '') =>
  (await list(query)).map(({ code, check, detail }) => [code, check, detail])

describe('a refusal of a token whose signature holds', () => {
  test('is remembered with what support asks for, under the id that the tag names', async () => {
    const { id, token } = await issue({ resources: ['page_1'] })
    passSeconds(90)
    const { body } = await open(token, { resource: 'page_2' })
    expect(await list(`?request_id=${body.request_id}`)).toEqual([
      {
        request_id: body.request_id,
        at: '2126-03-14T12:01:30Z',
        code: 'resource_not_allowed',
        check: 'resource',
        detail: 'It does not open page_2.',
        token: id,
        signer: null,
        user: 'store-1',
        resource: 'page_2',
        origin: HOST,
      },
    ])
  })

  test('names the check that failed, and says of it what an explanation does', async () => {
    const { id, token } = await issue({ from: '2126-03-14T13:00:00Z', to: '2126-03-14T14:00:00Z' })
    await open(token)
    vi.setSystemTime(Date.parse('2126-03-14T14:00:00Z'))
    await open(token)
    expect(await checks(`?token=${id}`)).toEqual([
      ['token_expired', 'validity', 'It ended at 2126-03-14T14:00:00Z.'],
      ['token_not_yet_valid', 'validity', 'It is valid only from 2126-03-14T13:00:00Z on.'],
    ])
    const { token: single } = await issue({ refresh: 'single-use', user: 'store-2' })
    await open(single, { key: 'one' })
    await open(single, { key: 'two' })
    await open(single, { origin: 'https://evil.example' })
    await admin('DELETE', '/v1/users/store-2')
    passSeconds(61)
    await open(single)
    expect(await checks('?user=store-2')).toEqual([
      ['token_revoked', 'revocation', 'The record was revoked at 2126-03-14T14:00:00Z.'],
      [
        'origin_not_allowed',
        'origin',
        'The deployment does not allow https://evil.example: ALLOWED_ORIGINS lacks it.',
      ],
      ['token_spent', 'single_use', expect.stringContaining('was redeemed by a page view')],
    ])
    const body = {
      token: (await issue()).token,
      resource: 'page_1',
      origin: HOST,
      session_key: sessionKey('one'),
    }
    await call('POST', '/v1/sessions', { headers: { Origin: EDGE }, body: { ...body, exposed: true } })
    expect((await checks())[0]).toEqual(['frame_exposed', 'frame', expect.stringContaining('This browser')])
  })

  test('of a token that a host has signed names the signer, and what is wrong with a claim', async () => {
    const { signer, token } = await host({ resources: ['page_1'] })
    await open(await token(), { resource: 'page_2' })
    await open(await token({ sub: 'store-9' }))
    await open(await token({ aud: 'https://elsewhere.example' }))
    await open(await token({ sub: { name: 'store-1' } }))
    expect(await list(`?token=${signer.id}`)).toMatchObject([
      { check: 'signature', code: 'token_invalid', user: null, detail: expect.stringContaining('"sub"') },
      {
        check: 'signature',
        code: 'token_invalid',
        user: 'store-1',
        detail: expect.stringContaining('"aud"'),
      },
      {
        check: 'user',
        code: 'user_not_linked',
        user: 'store-9',
        token: null,
        signer: signer.id,
        detail: 'User store-9 is not linked to Biuwer.',
      },
      { check: 'resource', code: 'resource_not_allowed', user: 'store-1', token: null, signer: signer.id },
    ])
  })

  test('tells what the record, the signer or the user stood for at that moment', async () => {
    const { id, token } = await issue({ origins: [HOST, 'https://other.example.com'] })
    await open(token)
    await admin('PATCH', `/v1/tokens/${id}`, { origins: [HOST], resources: ['page_1'] })
    passSeconds(61)
    await open(token, { origin: 'https://other.example.com' })
    await open(token, { resource: 'page_2' })
    await admin('POST', '/v1/users/store-1/sign-out', {})
    passSeconds(61)
    await open(token)
    const { body: next } = await admin('POST', `/v1/tokens/${id}/refresh`)
    const past = '2126-03-14T12:00:00Z'
    await admin('PUT', '/v1/users/store-1', {
      biuwer_token: BIUWER_TOKEN,
      from: past,
      to: '2126-03-14T12:02:03Z',
    })
    passSeconds(61)
    await open(next.token)
    expect(await checks()).toEqual([
      ['biuwer_token_expired', 'biuwer_token', expect.stringContaining('no Biuwer token that is valid')],
      ['token_revoked', 'revocation', expect.stringContaining('A sign-out at 2126-03-14T12:01:01Z ended')],
      ['resource_not_allowed', 'resource', 'It does not open page_2.'],
      ['origin_not_allowed', 'origin', 'The token may not be used on https://other.example.com.'],
    ])
    const { token: signed } = await host({ users: ['store-2'] })
    await open(await signed())
    expect((await checks())[0]).toEqual([
      'user_not_linked',
      'user',
      'The signer does not sign for user store-1.',
    ])
  })

  test('keeps no token, no key of a session, no secret, and no text that a browser made up', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    await open(token, { key: 'first' })
    await open(token, { key: 'second' })
    await open(token, { origin: `${HOST}/?token=${token}` })
    await open(token, { origin: token })
    await open(token, { origin: `${HOST}/?key=${sessionKey('first')}` })
    const kept = await everythingKept()
    expect(kept).toContain('token_spent')
    for (const secret of [
      token,
      token.split('.')[2] ?? '',
      BIUWER_TOKEN,
      sessionKey('first'),
      sessionKey('second'),
    ])
      expect(kept).not.toContain(secret)
    expect((await list('?code=origin_not_allowed')).map(({ origin }) => origin)).toEqual([null, null, null])
  })
})

describe('a stranger', () => {
  test('writes nothing with what has no signature of ours', async () => {
    const { bindings, writes } = countingLog()
    const { token } = await issue()
    const [header, payload, signature = ''] = token.split('.')
    const forged = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    const { token: signed } = await host()
    const foreign = (await signed()).replace(/.{8}$/, 'AAAAAAAA')
    for (const wrong of [forged, foreign, 'nonsense', 'a.b.c', ''])
      expect((await open(wrong, { bindings })).status).toBe(401)
    await call('POST', '/v1/sessions', { headers: { Origin: 'https://evil.example' }, body: {}, bindings })
    await call('POST', '/v1/sessions', { headers: { Origin: EDGE }, body: { token }, bindings })
    expect([await list('', bindings), writes()]).toEqual([[], 0])
    expect(await rowsOf('SELECT * FROM days')).toEqual([])
  })
})

describe('many refusals', () => {
  test('of one record from one address write few rows in few calls, ten thousand of them too', async () => {
    const { bindings, writes } = countingLog()
    const flood = { ...bindings, SESSION_LIMITER: { limit: async () => ({ success: true }) } }
    const { token } = await issue({ resources: ['page_1'] })
    let end = () => {}
    const pause = new Promise<void>((resolve) => {
      end = resolve
    })
    const isolate = newIsolate(() => pause)
    const context = createExecutionContext()
    const headers = { 'CF-Connecting-IP': '192.0.2.7' }
    const refused = async () => {
      const answer = await isolate.fetch(asked(token, 'page_2', headers), flood, context)
      expect((await answer.json<Loose>()).code).toBe('resource_not_allowed')
    }
    for (let wave = 0; wave < 100; wave++) await Promise.all(Array.from({ length: 100 }, refused))
    end()
    await waitOnExecutionContext(context)
    expect(await rowsOf('SELECT count(*) AS n FROM refusals')).toEqual([{ n: 10 }])
    expect(await rowsOf('SELECT count AS n FROM days')).toEqual([{ n: 10_000 }])
    expect(writes()).toBe(2)
  }, 120_000)

  test('from one address, of many records, write few rows', async () => {
    const { signer, token } = await host({ users: ['store-1'] })
    const headers = { 'CF-Connecting-IP': '192.0.2.8' }
    for (let index = 0; index < 120; index++)
      await open(await token({ sub: `made-up-${index}` }), { headers })
    expect(await rowsOf('SELECT count(*) AS n FROM refusals WHERE subject = ?', signer.id)).toEqual([
      { n: 100 },
    ])
    await open(await token({ sub: 'made-up' }), { headers: { 'CF-Connecting-IP': '192.0.2.9' } })
    expect(await list('?user=made-up')).toHaveLength(1)
  })

  test('of one record from everywhere fill a hundred rows an hour', async () => {
    const { token } = await issue({ resources: ['page_1'] })
    const refused = (isolate = newIsolate()) => open(token, { resource: 'page_2', isolate })
    for (let index = 0; index < 110; index++) await refused()
    expect(await rowsOf('SELECT count(*) AS n FROM refusals')).toEqual([{ n: 100 }])
    passSeconds(3_600)
    await refused()
    expect(await rowsOf('SELECT count(*) AS n FROM refusals')).toEqual([{ n: 101 }])
  })

  test('drop the oldest where there are a hundred thousand', async () => {
    const { token } = await issue({ resources: ['page_1'] })
    const oldest = (await open(token, { resource: 'page_2' })).body.request_id
    await rowsOf(
      `WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
       INSERT INTO refusals SELECT n, 'req_' || n, ?, 'token_expired', 'validity', NULL, 'tok_x', 'store-1', 'page_1', NULL FROM numbers`,
      NOW / 1000,
    )
    expect(await list(`?request_id=${oldest}`)).toHaveLength(1)
    passSeconds(1)
    const newest = (await open(token, { resource: 'page_2' })).body.request_id
    expect(await rowsOf('SELECT count(*) AS n FROM refusals')).toEqual([{ n: 100_000 }])
    expect([await list(`?request_id=${oldest}`), (await list('?limit=1'))[0].request_id]).toEqual([
      [],
      newest,
    ])
  })
})

test('a refusal is told for seven days, and then forgotten', async () => {
  const { token } = await issue({ resources: ['page_1'] })
  await open(token, { resource: 'page_2' })
  passSeconds(7 * DAY - 1)
  expect(await list()).toHaveLength(1)
  passSeconds(1)
  expect(await list()).toEqual([])
  expect(await rowsOf('SELECT count(*) AS n FROM refusals')).toEqual([{ n: 1 }])
  expect(await runDurableObjectAlarm(openingLogOf(env))).toBe(true)
  expect(await rowsOf('SELECT count(*) AS n FROM refusals')).toEqual([{ n: 0 }])
})

describe('GET /v1/refusals', () => {
  test('pages, newest first, and takes up where a page ended though more has come', async () => {
    const { token } = await issue({ resources: ['page_1'] })
    const all: string[] = []
    for (let index = 0; index < 5; index++) {
      all.unshift((await open(token, { resource: 'page_2' })).body.request_id)
      passSeconds(1)
    }
    const first = await admin('GET', '/v1/refusals?limit=2')
    await open(token, { resource: 'page_2' })
    const seen = first.body.items
    let cursor = first.body.next_cursor
    while (cursor) {
      const { body } = await admin('GET', `/v1/refusals?limit=2&cursor=${cursor}`)
      seen.push(...body.items)
      cursor = body.next_cursor
    }
    expect(seen.map(({ request_id }: Loose) => request_id)).toEqual(all)
  })

  test('narrows to a request, a record, a user and a code', async () => {
    const one = await issue({ resources: ['page_1'] })
    const other = await issue({ user: 'store-2' })
    const first = (await open(one.token, { resource: 'page_2' })).body.request_id
    const second = (await open(one.token, { origin: 'https://evil.example' })).body.request_id
    const third = (await open(other.token, { origin: 'https://evil.example' })).body.request_id
    const found = async (query: string) => (await list(query)).map(({ request_id }) => request_id)
    expect(await found(`?token=${one.id}`)).toEqual([second, first])
    expect(await found('?user=store-2')).toEqual([third])
    expect(await found('?code=origin_not_allowed')).toEqual([third, second])
    expect(await found(`?code=origin_not_allowed&token=${one.id}&user=store-1`)).toEqual([second])
    expect(await found(`?request_id=${first}&user=store-2`)).toEqual([])
  })

  test.each([
    'request_id=req_short',
    'token=key_x',
    'user=a%20b',
    'code=opened',
    'code=internal',
    'cursor=x',
    'limit=0',
    'x=1',
  ])('refuses %s', async (query) => {
    const { status, body } = await admin('GET', `/v1/refusals?${query}`)
    expect([status, body.errors[0].path]).toEqual([400, query.split('=')[0]])
  })

  test('shows a key for some users theirs alone, and no signer of others', async () => {
    const { signer, token } = await host()
    const own = await issue({ user: 'store-2', resources: ['page_1'] })
    const foreign = await issue({ user: 'shop-1', resources: ['page_1'] })
    await open(own.token, { resource: 'page_2' })
    await open(foreign.token, { resource: 'page_2' })
    await open(await token({ aud: 'x' }))
    await open(await token({ aud: 'x', sub: 7 }))
    const { body: made } = await admin('POST', '/v1/keys', {
      name: 'Support',
      role: 'viewer',
      users: ['store-*'],
    })
    const asSupport = (query = '') =>
      call('GET', `/v1/refusals${query}`, { headers: { Authorization: `Bearer ${made.key}` } })
    expect((await asSupport()).body.items).toMatchObject([
      { user: 'store-1', token: null, signer: null },
      { user: 'store-2', token: own.id, signer: null },
    ])
    for (const query of ['?user=shop-1', `?token=${foreign.id}`])
      expect((await asSupport(query)).body.items).toEqual([])
    const { signer: narrow, token: narrowly } = await host({ users: ['store-1'] })
    await open(await narrowly({ aud: 'x' }))
    expect((await asSupport('?limit=1')).body.items).toMatchObject([{ user: 'store-1', signer: narrow.id }])
    expect((await list())[0].signer).toBe(narrow.id)
    expect((await list(`?token=${signer.id}`)).map(({ user }) => user)).toEqual([null, 'store-1'])
  })

  test('is for those who may read', async () => {
    for (const [role, status] of [
      ['manager', 200],
      ['viewer', 200],
      ['issuer', 403],
    ]) {
      const { body } = await admin('POST', '/v1/keys', { name: 'Key', role })
      const answer = await call('GET', '/v1/refusals', { headers: { Authorization: `Bearer ${body.key}` } })
      expect([role, answer.status]).toEqual([role, status])
    }
  })

  test('answers unavailable where the log can not be reached', async () => {
    const bindings = { ...env, OPENING_LOG: unreachable(env.OPENING_LOG) }
    expect((await admin('GET', '/v1/refusals', undefined, { bindings })).body.code).toBe('unavailable')
  })
})

describe('an opening', () => {
  test('is let in or refused alike where the log can not be reached, and its refusal is written later', async () => {
    const { token } = await issue({ resources: ['page_1'] })
    const isolate = newIsolate()
    const bindings = { ...env, OPENING_LOG: unreachable(env.OPENING_LOG) }
    expect((await open(token, { bindings, isolate })).status).toBe(201)
    const { status, body } = await open(token, { resource: 'page_2', bindings, isolate })
    expect([status, body.code]).toEqual([403, 'resource_not_allowed'])
    expect(await list()).toEqual([])
    passSeconds(10)
    await open(token, { isolate })
    expect((await list()).map(({ request_id }) => request_id)).toEqual([body.request_id])
    expect(await rowsOf('SELECT code, sum(count) AS n FROM days GROUP BY code')).toEqual([
      { code: 'opened', n: 2 },
      { code: 'resource_not_allowed', n: 1 },
    ])
  })

  test('waits for nothing of the log', async () => {
    const { token } = await issue({ resources: ['page_1'] })
    const { bindings, release } = heldLog()
    const context = createExecutionContext()
    for (const [resource, status] of [
      ['page_1', 201],
      ['page_2', 403],
    ] as const) {
      // The log has not answered, and will not before the opening has.
      const answer = await isolateOf(bindings).fetch(asked(token, resource), bindings, context)
      expect(answer.status).toBe(status)
      await answer.text()
    }
    expect(await rowsOf('SELECT * FROM refusals')).toEqual([])
    release()
    await waitOnExecutionContext(context)
    expect(await rowsOf('SELECT code FROM refusals')).toEqual([{ code: 'resource_not_allowed' }])
  })
})
