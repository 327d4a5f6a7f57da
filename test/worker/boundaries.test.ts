import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { check, claimsOf, issue, open } from './api.ts'

afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

describe('at the boundary of a second', () => {
  const NOW = Date.parse('2126-03-14T12:00:00Z')
  const at = (seconds: number) => vi.setSystemTime(seconds * 1000)
  beforeEach(() => vi.setSystemTime(NOW))

  test.each(['none', 'daily', 'single-use'])(
    'a %s token opens from nbf on and until exp',
    async (refresh) => {
      const { token } = await issue({ refresh, from: '2126-03-14T13:00:00Z', to: '2126-03-15T13:00:00Z' })
      const { nbf, exp } = claimsOf(token)
      at(nbf - 0.001)
      expect((await open(token)).body.code).toBe('token_not_yet_valid')
      at(nbf)
      expect((await open(token)).status).toBe(201)
      at(exp - 0.001)
      expect((await open(token)).status).toBe(201)
      at(exp)
      expect((await open(token)).body.code).toBe('token_expired')
    },
  )

  test("a session stands until its own end, which is not its record's", async () => {
    const { token } = await issue()
    const { body } = await open(token)
    const end = Date.parse(body.expires_at) / 1000
    at(end - 0.001)
    expect((await check(body.session_token)).status).toBe(200)
    at(end)
    expect((await check(body.session_token)).body.code).toBe('session_expired')
    expect((await open(token)).status).toBe(201)
  })

  test('a session stands until its end, and a token does not outlive its record', async () => {
    const { token } = await issue({ to: '2126-03-14T13:00:00Z' })
    const { body } = await open(token)
    const end = Date.parse(body.expires_at) / 1000
    expect(end).toBe(NOW / 1000 + 3600)
    at(end - 0.001)
    expect((await check(body.session_token)).status).toBe(200)
    at(end)
    expect((await check(body.session_token)).body.code).toBe('session_expired')
    expect((await open(token)).body.code).toBe('token_expired')
  })
})
