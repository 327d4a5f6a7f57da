import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { registryOf } from '../../worker/storage/registry.ts'
import { admin, BIUWER_TOKEN, issue, open } from './api.ts'
import { frozenClock, NOW } from './frozen-clock.ts'
import { keyPair, newSigner } from './signing.ts'

frozenClock()

const link = (user: string) => admin('PUT', `/v1/users/${user}`, { biuwer_token: BIUWER_TOKEN })

describe('GET /v1/tokens?text=', () => {
  const found = async (text: string, more = '') => {
    const { body } = await admin('GET', `/v1/tokens?text=${encodeURIComponent(text)}${more}`)
    return body.items.map(({ id }: { id: string }) => id)
  }

  test('GET /v1/tokens?text= finds a part of the user or of the label, whatever its case, newest first', async () => {
    const sales = await issue({ user: 'store-17', label: 'Weekly SALES, Málaga' })
    const stock = await issue({ user: 'warehouse-17', label: 'Stock' })
    expect(await found('sales')).toEqual([sales.id])
    expect(await found('málaga')).toEqual([sales.id])
    expect(await found('e-17')).toEqual([stock.id, sales.id])
    expect(await found('E-17', '&status=active&user=store-17')).toEqual([sales.id])
    expect(await found('nothing')).toEqual([])
  })

  test('GET /v1/tokens?text= finds a record by the beginning of its id', async () => {
    const { id } = await issue()
    await issue()
    expect(await found(id.slice(0, 14))).toEqual([id])
  })

  test.each(['"', '" OR "', 'user:', 'sal*', 'NEAR(a b)', "';--", '%_%', '^sto', 'a AND b'])(
    'GET /v1/tokens?text= takes %j as text, not as a query',
    async (text) => {
      const label = `[[${text}]]`
      const { id } = await issue({ label })
      await issue({ label: 'sales AND stores' })
      expect(await found(`[[${text}`)).toEqual([id])
    },
  )

  test('GET /v1/tokens?text= follows a change of the label', async () => {
    const { id } = await issue({ label: 'before' })
    await admin('PATCH', `/v1/tokens/${id}`, { label: 'afterwards' })
    expect([await found('before'), await found('afterwards')]).toEqual([[], [id]])
    await admin('PATCH', `/v1/tokens/${id}`, { label: null })
    expect([await found('afterwards'), await found('store-1')]).toEqual([[], [id]])
  })

  test.each([
    ['Café del Mar', 'cafe'],
    ['Café del Mar', 'CAFÉ'],
    ['Café del Mar', 'café'.normalize('NFD')],
    ['Café del Mar'.normalize('NFD'), 'café'],
    ['Café del Mar'.normalize('NFD'), 'cafe del'],
    ['Cafe del Mar', 'café'],
    ['Año nuevo, Perú', 'o nuevo, peru'],
    ['Việt Nam', 'viet'],
    ['가게 서울', '가게 서'.normalize('NFD')],
    ['ガラス'.normalize('NFD'), 'ガラス'],
  ])(
    'GET /v1/tokens?text= finds the label %j by %j: accents and spellings of Unicode do not matter',
    async (label, text) => {
      const { id } = await issue({ label })
      await issue({ label: 'Caf, Vit Nm' })
      expect(await found(text)).toEqual([id])
      expect((await admin('GET', `/v1/tokens/${id}`)).body.label).toBe(label)
    },
  )

  test('GET /v1/tokens?text= follows a label that changes by an accent, or in its spelling, or has none any more', async () => {
    const { id } = await issue({ label: 'Málaga' })
    for (const label of ['Malaga', 'Málaga'.normalize('NFD'), 'Málagá']) {
      await admin('PATCH', `/v1/tokens/${id}`, { label })
      expect(await found('malaga')).toEqual([id])
    }
    await admin('PATCH', `/v1/tokens/${id}`, { label: null })
    expect(await found('malaga')).toEqual([])
  })

  test('GET /v1/tokens?text= finds what a registry of version 0.1.0 indexed as it was given', async () => {
    const cafe = await issue({ label: 'Café' })
    const decomposed = await issue({ label: 'Málaga'.normalize('NFD') })
    const plain = await issue({ label: 'Sales' })
    await runInDurableObject(registryOf(env), (_, { storage }) => {
      storage.sql.exec(`
        DROP TRIGGER token_text_added; DROP TRIGGER token_text_changed; DROP TABLE token_text;
        ALTER TABLE tokens DROP COLUMN folded_label;
        CREATE VIRTUAL TABLE token_text USING fts5(
          user, label, content='tokens', content_rowid='seq', tokenize='trigram', columnsize=0
        );
        CREATE TRIGGER token_text_added AFTER INSERT ON tokens BEGIN
          INSERT INTO token_text (rowid, user, label) VALUES (new.seq, new.user, new.label);
        END;
        CREATE TRIGGER token_text_changed AFTER UPDATE OF label ON tokens WHEN old.label IS NOT new.label BEGIN
          INSERT INTO token_text (token_text, rowid, user, label) VALUES ('delete', old.seq, old.user, old.label);
          INSERT INTO token_text (rowid, user, label) VALUES (new.seq, new.user, new.label);
        END;
        INSERT INTO token_text (token_text) VALUES ('rebuild')`)
      const { columnNames } = storage.sql.exec('SELECT * FROM tokens LIMIT 0')
      const others = columnNames.filter((name) => !['seq', 'id', 'label'].includes(name)).join(', ')
      // More than are read at a time.
      storage.sql.exec(`WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
        INSERT INTO tokens (id, label, ${others}) SELECT 'tok_' || i, 'Caña ' || i, ${others}
        FROM n, (SELECT ${others} FROM tokens LIMIT 1)`)
    })
    await evictDurableObject(registryOf(env))
    expect(await found('cafe')).toEqual([cafe.id])
    expect(await found('málaga')).toEqual([decomposed.id])
    expect(await found('sales')).toEqual([plain.id])
    expect([await found('cana 1000'), await found('cana 1100')]).toEqual([['tok_1000'], ['tok_1100']])
    await admin('PATCH', `/v1/tokens/${cafe.id}`, { label: 'Té' })
    expect(await found('café')).toEqual([])
  })

  test('GET /v1/tokens?text= pages like any list', async () => {
    const ids = []
    for (let i = 0; i < 5; i++) ids.unshift((await issue({ label: `report ${i}` })).id)
    const seen = []
    let cursor = ''
    do {
      const { body } = await admin('GET', `/v1/tokens?text=report&limit=2${cursor}`)
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      cursor = body.next_cursor && `&cursor=${body.next_cursor}`
    } while (cursor)
    expect(seen).toEqual(ids)
  })

  test.each(['ab', '', 'é', 'ab\u0301', '👍a', 'a\u0000bc', 'x'.repeat(129)])(
    'GET /v1/tokens?text= refuses %j',
    async (text) => {
      const { status, body } = await admin('GET', `/v1/tokens?text=${encodeURIComponent(text)}`)
      expect([status, body.errors[0].path]).toEqual([400, 'text'])
    },
  )
})

describe('GET /v1/users', () => {
  const list = (query = '') => admin('GET', `/v1/users${query}`)
  const names = async (query: string) =>
    (await list(query)).body.items.map(({ user }: { user: string }) => user)

  test('GET /v1/users lists by name, with how many tokens a revocation would end', async () => {
    await link('store-2')
    const revoked = await issue({ user: 'store-1' })
    await admin('DELETE', `/v1/tokens/${revoked.id}`)
    await issue({ user: 'store-1' })
    await issue({ user: 'store-1', from: '2126-05-01T00:00:00Z' })
    await issue({ user: 'store-1', to: '2126-03-14T12:00:10Z' })
    vi.setSystemTime(NOW + 10_000)
    const { body } = await list()
    expect(body.items).toMatchObject([
      { user: 'store-1', live_tokens: 2 },
      { user: 'store-2', live_tokens: 0 },
    ])
    expect(JSON.stringify(body)).not.toContain(BIUWER_TOKEN)
    expect((await admin('GET', '/v1/users/store-1')).body.live_tokens).toBe(2)
  })

  test('GET /v1/users pages, and narrows to how a user begins', async () => {
    const all = ['Ana', 'ana@a.example', 'b', 'b.1', 'b.2', 'b_3', 'z']
    for (const user of all) await link(user)
    const seen = []
    let cursor = ''
    do {
      const { body } = await list(`?limit=2${cursor}`)
      seen.push(...body.items.map(({ user }: { user: string }) => user))
      cursor = body.next_cursor && `&cursor=${body.next_cursor}`
    } while (cursor)
    expect(seen).toEqual([...all].sort())
    expect(await names('?prefix=b.')).toEqual(['b.1', 'b.2'])
    expect(await names('?prefix=b_')).toEqual(['b_3'])
    expect(await names('?prefix=nobody')).toEqual([])
  })

  test('GET /v1/users lists every mistake of a query at once', async () => {
    const { body } = await list('?limit=0&prefix=a&prefix=b&x=1&y=2')
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'limit',
      'prefix',
      'x',
      'y',
    ])
  })

  test.each(['', 'a b', 'ñ', 'x'.repeat(129)])(
    'GET /v1/users refuses a cursor at %j, which is no name',
    async (name) => {
      const cursor = btoa(`n1:${name}`).replace(/=+$/, '')
      expect((await list(`?cursor=${cursor}`)).body.errors[0].path).toBe('cursor')
    },
  )
})

test("every list takes its own cursor and refuses another list's, which would end it", async () => {
  const pair = await keyPair()
  for (const user of ['store-1', 'store-2']) {
    const { token } = await issue({ user, resources: ['page_1'] })
    await open(token, { resource: 'page_2' })
    await newSigner([pair])
    await admin('POST', '/v1/keys', { name: user, role: 'viewer' })
  }
  const lists = ['users', 'tokens', 'keys', 'signers', 'audit', 'refusals']
  for (const list of lists) {
    const cursor = (await admin('GET', `/v1/${list}?limit=1`)).body.next_cursor
    for (const other of lists) {
      const { status, body } = await admin('GET', `/v1/${other}?limit=1&cursor=${cursor}`)
      const answer = [list, other, body.items?.length ?? body.errors[0].path]
      expect([status, ...answer]).toEqual(
        list === other ? [200, list, list, 1] : [400, list, other, 'cursor'],
      )
    }
  }
})

describe('GET /v1/audit?target=', () => {
  test('GET /v1/audit?target= shows what was done to one record or user', async () => {
    const { id } = await issue()
    await issue({ user: 'store-2' })
    await admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
    const actions = async (target: string) =>
      (await admin('GET', `/v1/audit?target=${target}`)).body.items.map(
        ({ action }: { action: string }) => action,
      )
    expect(await actions(id)).toEqual(['token.rotate', 'token.create'])
    expect(await actions('store-2')).toEqual(['user.link'])
    expect(await actions('tok_none')).toEqual([])
    const { body } = await admin('GET', `/v1/audit?target=${'x'.repeat(129)}`)
    expect(body.errors[0].path).toBe('target')
  })
})

describe('If-Match', () => {
  const change = (id: string, etag: string, body: object) =>
    admin('PATCH', `/v1/tokens/${id}`, body, { headers: { 'If-Match': etag } })
  const etagOf = async (id: string) => (await admin('GET', `/v1/tokens/${id}`)).headers.get('etag') ?? ''

  test('If-Match lets the first of two editors through, and nothing of the second', async () => {
    const { id } = await issue({ label: 'before' })
    const etag = await etagOf(id)
    const first = await change(id, etag, { label: 'first' })
    expect([first.status, first.headers.get('etag')]).toEqual([200, await etagOf(id)])
    const second = await change(id, etag, { label: 'second', to: '2127-01-01T00:00:00Z' })
    expect([second.status, second.body.code]).toEqual([412, 'precondition_failed'])
    expect((await admin('GET', `/v1/tokens/${id}`)).body).toMatchObject({ label: 'first', to: null })
    expect((await change(id, '*', { label: 'third' })).status).toBe(200)
  })

  test('If-Match knows of rotation and revocation too', async () => {
    const { id } = await issue()
    const etag = await etagOf(id)
    const rotate = (match: string) =>
      admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true }, { headers: { 'If-Match': match } })
    expect((await rotate(etag)).status).toBe(200)
    expect((await rotate(etag)).status).toBe(412)
    expect((await admin('GET', `/v1/tokens/${id}`)).body.version).toBe(2)
    const rotated = await etagOf(id)
    const refresh = (match: string) =>
      admin('POST', `/v1/tokens/${id}/refresh`, {}, { headers: { 'If-Match': match } })
    expect([(await refresh(etag)).body.code, (await refresh(rotated)).status]).toEqual([
      'precondition_failed',
      200,
    ])
    await admin('DELETE', '/v1/users/store-1/tokens')
    expect((await change(id, rotated, { label: 'late' })).status).toBe(412)
  })

  test('If-Match lets one of many rotations through, however close they come', async () => {
    const { id } = await issue()
    const headers = { 'If-Match': await etagOf(id) }
    const rotate = () => admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true }, { headers })
    const statuses = (await Promise.all([rotate(), rotate(), rotate()])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 412, 412])
    expect((await admin('GET', `/v1/tokens/${id}`)).body).toMatchObject({ version: 2 })
  })

  test('If-Match lets no revocation through that was decided on another version; what is revoked stays so', async () => {
    const { id } = await issue()
    const revoke = (etag: string) =>
      admin('DELETE', `/v1/tokens/${id}`, undefined, { headers: { 'If-Match': etag } })
    const stale = await etagOf(id)
    await change(id, stale, { label: 'changed' })
    expect((await revoke(stale)).body.code).toBe('precondition_failed')
    expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('active')
    const revoked = await revoke(await etagOf(id))
    expect(revoked).toMatchObject({ status: 200, body: { status: 'revoked' } })
    expect((await revoke(stale)).body).toEqual(revoked.body)
    expect((await revoke('1')).body.errors[0].path).toBe('If-Match')
  })

  test('If-Match takes the weak spelling of an ETag, as a proxy that compresses makes it', async () => {
    const { id } = await issue({ label: 'before' })
    expect((await change(id, 'W/"1"', { label: 'first' })).status).toBe(200)
    expect((await change(id, 'W/"1"', { label: 'second' })).body.code).toBe('precondition_failed')
  })

  test.each([
    ['"7", "1"', 200],
    ['"1","7"', 200],
    ['W/"7" ,\tW/"1"', 200],
    ['"x", "1"', 200],
    ['*', 200],
    ['"7", "8"', 412],
    ['"x"', 412],
    ['"1 "', 400],
    ['"01"', 200],
  ])('If-Match takes a list of ETags, of any servers: %s', async (etags, status) => {
    const { id } = await issue({ label: 'before' })
    expect((await change(id, etags, { label: 'after' })).status).toBe(status)
  })

  test.each(['1', 'W/1', 'w/"1"', '"1" "2"', '"1",', ',"1"', '"1', '"1", *', ''])(
    '%j is refused before anything is done',
    async (etag) => {
      const { id } = await issue({ label: 'before' })
      const { status, body } = await change(id, etag, { label: 'after' })
      expect([status, body.errors[0].path]).toEqual([400, 'If-Match'])
      expect((await admin('GET', `/v1/tokens/${id}`)).body.label).toBe('before')
    },
  )
})

describe('GET /v1/statistics', () => {
  const read = (query = '') => admin('GET', `/v1/statistics${query}`)

  test('GET /v1/statistics counts users and tokens by status, at most a minute ago', async () => {
    await issue({ from: '2126-05-01T00:00:00Z' })
    await issue({ to: '2126-03-14T12:00:10Z' })
    await issue({ user: 'store-2' })
    const { id } = await issue({ to: '2126-03-14T12:00:10Z' })
    await admin('DELETE', `/v1/tokens/${id}`)
    await issue({ from: '2126-03-14T12:00:10Z' })
    vi.setSystemTime(NOW + 10_000)
    const counted = { users: 2, tokens: { pending: 1, active: 2, expired: 1, revoked: 1 } }
    const first = await read()
    expect(first.body).toMatchObject({ ...counted, counted_at: '2126-03-14T12:00:10Z' })
    await issue({ user: 'store-3' })
    vi.setSystemTime(NOW + 69_000)
    expect((await read()).body).toMatchObject(counted)
    vi.setSystemTime(NOW + 70_000)
    expect((await read()).body).toMatchObject({ users: 3, counted_at: '2126-03-14T12:01:10Z' })
    // A clock that is put back makes no count from what is then the future.
    vi.setSystemTime(NOW)
    expect((await read()).body.counted_at).toBe('2126-03-14T12:00:00Z')
  })

  test('GET /v1/statistics counts actions by day (UTC), today included', async () => {
    await issue()
    vi.setSystemTime(Date.parse('2126-03-15T00:00:00Z'))
    await issue()
    await issue()
    const day = (action: string, count: number, date = '2126-03-15') => ({
      day: `${date}T00:00:00Z`,
      action,
      count,
    })
    const two = await read('?days=1')
    expect(two.body.since).toBe('2126-03-15T00:00:00Z')
    expect(two.body.actions).toEqual([day('token.create', 2), day('user.link', 2)])
    expect((await read('?days=2')).body.actions).toEqual([
      day('token.create', 1, '2126-03-14'),
      day('user.link', 1, '2126-03-14'),
      day('token.create', 2),
      day('user.link', 2),
    ])
  })
})

describe('GET /v1/deployment', () => {
  test('GET /v1/deployment shows the settings that are no secret', async () => {
    const { body } = await admin('GET', '/v1/deployment')
    expect(body).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      actor: expect.stringMatching(/^[0-9a-f]{12}$/),
      biuwer_instance: 'https://acme.biuwer.com',
      allowed_origins: ['https://app.example.com', 'https://other.example.com'],
      session_ttl: 28_800,
      session_check: 300,
      revocation_lease: 60,
      biuwer_token_source: true,
    })
    const any = { ...env, ALLOWED_ORIGINS: '*' }
    expect((await admin('GET', '/v1/deployment', undefined, { bindings: any })).body.allowed_origins).toBe(
      null,
    )
  })
})
