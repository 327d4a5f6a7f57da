import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import { admin, call, check, claimsOf, EDGE, HOST, issue, open } from './api.ts'
import { frozenClock, NOW } from './frozen-clock.ts'

const LIFE = 300

frozenClock()

const preview = (id: string, resource = 'page_1') => admin('POST', `/v1/tokens/${id}/preview`, { resource })

describe('a preview', () => {
  test("opens the resource on the edge's own page, whatever origins the record names", async () => {
    const { id } = await issue({ origins: [HOST], resources: ['page_1', 'page_2'] })
    const { body } = await preview(id)
    const opened = await open(body.token, { origin: EDGE })
    expect(opened.status).toBe(201)
    expect((await check(opened.body.session_token)).status).toBe(200)
    expect((await open(body.token, { origin: EDGE, resource: 'page_2' })).body.code).toBe(
      'resource_not_allowed',
    )
  })

  test('a preview opens nothing on a host page, and no other token opens on the edge', async () => {
    const { id, token } = await issue()
    const { body } = await preview(id)
    expect((await open(body.token, { origin: HOST })).body.code).toBe('origin_not_allowed')
    for (const ALLOWED_ORIGINS of [EDGE, '*']) {
      const bindings = { ...env, ALLOWED_ORIGINS }
      expect((await open(token, { origin: EDGE, bindings })).body.code).toBe('origin_not_allowed')
    }
  })

  test('a preview ends with what it opened after five minutes, and never after the record', async () => {
    const { id } = await issue({ refresh: 'daily' })
    const { body } = await preview(id)
    expect(body.token_expires_at).toBe('2126-03-14T12:05:00Z')
    const { body: session } = await open(body.token, { origin: EDGE })
    expect(session.expires_at).toBe('2126-03-14T12:05:00Z')
    vi.setSystemTime(NOW + LIFE * 1000)
    expect((await open(body.token, { origin: EDGE })).body.code).toBe('token_expired')
    const short = await issue({ to: '2126-03-14T12:06:00Z' })
    expect((await preview(short.id)).body.token_expires_at).toBe('2126-03-14T12:06:00Z')
  })

  test('a preview of a record that begins later lasts five minutes from then', async () => {
    const { id } = await issue({ from: '2126-03-14T13:00:00Z' })
    const { body } = await preview(id)
    expect(body.token_expires_at).toBe('2126-03-14T13:05:00Z')
    expect((await open(body.token, { origin: EDGE })).body.code).toBe('token_not_yet_valid')
  })

  test('a preview spends nothing of a single-use record', async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    const { body } = await preview(id)
    for (const key of ['one', 'two']) expect((await open(body.token, { origin: EDGE, key })).status).toBe(201)
    expect((await open(token, { key: 'three' })).status).toBe(201)
  })

  test('a preview ends with the record', async () => {
    const { id } = await issue()
    const { body } = await preview(id)
    const { body: session } = await open(body.token, { origin: EDGE })
    await admin('DELETE', `/v1/tokens/${id}`)
    vi.setSystemTime(NOW + 60_000)
    expect((await open(body.token, { origin: EDGE })).body.code).toBe('token_revoked')
    expect((await check(session.session_token)).body.code).toBe('session_revoked')
    expect((await preview(id)).body.code).toBe('conflict')
  })

  test('a preview takes an admin key, a record and a resource that the record opens, and stands in the audit', async () => {
    const { id } = await issue({ resources: ['page_1'] })
    expect((await preview(id, 'page_2')).body.code).toBe('resource_not_allowed')
    expect((await preview('tok_none')).status).toBe(404)
    const nobody = await call('POST', `/v1/tokens/${id}/preview`, { body: { resource: 'page_1' } })
    expect(nobody.status).toBe(401)
    const { body } = await preview(id)
    expect(claimsOf(body.token)).toMatchObject({ sub: id, resources: ['page_1'], preview: true })
    await admin('DELETE', `/v1/tokens/${id}`)
    expect((await preview(id)).body.code).toBe('conflict')
    const audit = await admin('GET', `/v1/audit?target=${id}`)
    // What was refused is no preview.
    expect(audit.body.items.map(({ action }: { action: string }) => action)).toEqual([
      'token.revoke',
      'token.preview',
      'token.create',
    ])
  })

  test('a preview is told from other tokens by explain', async () => {
    const { id, token } = await issue()
    const { body } = await preview(id)
    const explain = async (value: string, origin: string) =>
      (await admin('POST', `/v1/tokens/${id}/explain`, { token: value, origin })).body.allowed
    expect([await explain(body.token, EDGE), await explain(body.token, HOST)]).toEqual([true, false])
    expect([await explain(token, EDGE), await explain(token, HOST)]).toEqual([false, true])
  })

  test('a preview is counted apart from openings', async () => {
    const blobs: unknown[] = []
    const EVENTS = { writeDataPoint: (point: AnalyticsEngineDataPoint) => blobs.push(point.blobs) }
    const { id } = await issue()
    const { body } = await preview(id)
    await open(body.token, { origin: EDGE, bindings: { ...env, EVENTS } as Bindings })
    expect(blobs).toEqual([['opened', 'preview', 'page_1']])
  })
})
