import { expect, test } from 'vitest'
import { ARRANGEMENTS, biuwer, heard, issue, prepareCore, setEdge } from '../core/core.ts'
import { clickRetry, giveAwaited, waitingForToken } from '../core/waiting-tag.ts'

prepareCore()

test.each(ARRANGEMENTS)(
  '%s, an edge that gives no answer is given up after fifteen seconds, and a reader who tries again loses nothing',
  async (_, sites) => {
    const { token } = await issue()
    const tab = await waitingForToken(sites)
    await setEdge('silent')
    const asked = Date.now()
    await giveAwaited(tab, token)
    const { code, retryable } = await heard(tab, 'biuwer-error')
    expect({ code, retryable }).toEqual({ code: 'timeout', retryable: true })
    expect(Date.now() - asked).toBeGreaterThan(14_000)
    expect(biuwer.asked).toBe(0)
    await setEdge('open')
    await clickRetry(tab)
    await heard(tab, 'biuwer-ready')
  },
)
