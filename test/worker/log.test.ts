import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import { admin, call, check, issue, open } from './api.ts'
import { frozenClock } from './frozen-clock.ts'

/** Which requests have a line in the log. */

frozenClock()

let logged: MockInstance
beforeEach(() => {
  logged = vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

/** What the log says of requests, without their ids. */
const lines = () =>
  logged.mock.calls.map(([line]) => {
    const { request_id: _, ...rest } = JSON.parse(line)
    return rest
  })

/** What a page view and its backend ask for, none of which changes anything. */
async function successes(bindings: Bindings = env): Promise<void> {
  const { id, token } = await issue()
  logged.mockClear()
  const { body } = await open(token, { bindings })
  await check(body.session_token, bindings)
  await call('GET', '/v1/frame', { bindings })
  await call('GET', '/healthz', { bindings })
  await admin('POST', `/v1/tokens/${id}/refresh`, {}, { bindings })
  await admin('GET', '/v1/tokens', undefined, { bindings })
}

test('what succeeds and changes nothing has no line', async () => {
  await successes()
  expect(lines()).toEqual([])
})

test('what is refused has a line, and what changes something, without a name in it', async () => {
  const { id, token } = await issue({ resources: ['page_1'] })
  expect(lines()).toEqual([
    { method: 'PUT', route: '/v1/users/:user', status: 201 },
    { method: 'POST', route: '/v1/tokens', status: 201 },
  ])
  logged.mockClear()
  await open(token, { resource: 'page_2' })
  await call('GET', '/v1/tokens')
  await admin('DELETE', `/v1/tokens/${id}`)
  expect(lines()).toEqual([
    { method: 'POST', route: '/v1/sessions', status: 403, code: 'resource_not_allowed' },
    { method: 'GET', route: '/v1/tokens', status: 401, code: 'unauthorized' },
    { method: 'DELETE', route: '/v1/tokens/:id', status: 200 },
  ])
})

test('LOG_SUCCESSES gives a line to all, or to a share that chance picks', async () => {
  await successes({ ...env, LOG_SUCCESSES: '1' })
  expect(lines().map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200])
  vi.spyOn(Math, 'random').mockReturnValueOnce(0.009).mockReturnValueOnce(0.01)
  const bindings = { ...env, LOG_SUCCESSES: 0.01 }
  logged.mockClear()
  await call('GET', '/healthz', { bindings })
  expect(lines()).toHaveLength(1)
  await call('GET', '/healthz', { bindings })
  expect(lines()).toHaveLength(1)
})
