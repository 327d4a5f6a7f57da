import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import frame from '../../dist/frame.json'
import { WITHDRAWN_FRAMES } from '../../worker/policy/withdrawn-frames.ts'
import { call, issue, open } from './api.ts'
import { frozenClock } from './frozen-clock.ts'
import { cost, counting } from './storage-doubles.ts'

frozenClock()

const WITHDRAWN = '0.0.1-withdrawn'
const listed = WITHDRAWN_FRAMES as Set<string>

beforeEach(() => listed.add(WITHDRAWN))
afterEach(() => listed.delete(WITHDRAWN))

describe('a frame document that the edge has withdrawn', () => {
  test('a withdrawn frame is refused before its token is looked at, and spends and costs nothing', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const { bindings, take } = counting()
    for (const asked of [token, 'no-token-at-all', `${token}x`]) {
      const { status, body } = await open(asked, { frame: WITHDRAWN, bindings })
      expect([status, body.code]).toEqual([409, 'frame_withdrawn'])
    }
    expect(take()).toEqual(cost(0, 0, 0, 0))
    // Another session key opens: the refused ones had bound the token to none.
    expect((await open(token, { frame: frame.version, key: 'after-the-reload' })).status).toBe(201)
  })

  test('a withdrawn frame renews nothing', async () => {
    const { token } = await issue()
    expect((await open(token, { frame: frame.version })).status).toBe(201)
    expect((await open(token, { frame: WITHDRAWN })).body.code).toBe('frame_withdrawn')
  })
})

test('a frame of an unknown version opens, and so does one that names none', async () => {
  const { token } = await issue()
  expect((await open(token, { frame: '9.9.9-unknown' })).status).toBe(201)
  expect((await open(token)).status).toBe(201)
})

test('the frame document that is served is not withdrawn, and names its version', async () => {
  listed.delete(WITHDRAWN)
  expect(listed).not.toContain(frame.version)
  const { body } = await call('GET', '/v1/frame')
  expect(body).toContain(`<meta name="biuwer-frame" content="${frame.version}">`)
})
