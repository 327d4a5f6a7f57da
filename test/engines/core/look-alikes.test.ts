import { describe, expect, test } from 'vitest'
import { ARRANGEMENTS, prepareCore } from './core.ts'
import { openDashboard } from './dashboard.ts'
import { prepareForeignSite } from './foreign-site.ts'

prepareCore()

describe.each(ARRANGEMENTS)('%s, a look-alike of the edge', (_, sites) => {
  /** Says hello as the frame does, and tells its site what it hears. */
  const LOOK_ALIKE = `<script>
    addEventListener('message', ({ ports, data }) => fetch(ports.length ? '/got-a-port' : '/got-' + data?.type))
    parent.postMessage({ type: 'biuwer-embed:hello' }, '*')
    parent.postMessage('said hello', '*')
  </script>`

  const foreign = {
    'of another site': prepareForeignSite(),
    'at another port': prepareForeignSite(new URL(sites.edge).hostname),
  }

  test.each([
    ['of another site', 'in the very frame of the tag'],
    ['at another port', 'in the very frame of the tag'],
    ['of another site', 'beside the tag'],
    ['at another port', 'beside the tag'],
  ] as const)('%s, %s, is told nothing', async (origin, place) => {
    const lookAlike = foreign[origin]
    lookAlike.html = LOOK_ALIKE
    const { tab } = await openDashboard(sites)
    await tab.evaluate(
      async ({ url, isBeside }) => {
        const source = new Promise<MessageEventSource | null>((resolve) => {
          addEventListener('message', ({ data, source }) => data === 'said hello' && resolve(source))
        })
        const frame = isBeside
          ? document.body.appendChild(document.createElement('iframe'))
          : document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')
        if (frame?.contentWindow)
          frame.contentWindow.location.href = url
          // What the tag had answered would have come before this.
        ;(await source)?.postMessage({ type: 'last' }, { targetOrigin: '*' })
      },
      { url: `${lookAlike.origin}/look-alike`, isBeside: place === 'beside the tag' },
    )
    await expect.poll(() => lookAlike.asked).toContain('/got-last')
    expect(lookAlike.asked).toEqual(['/look-alike', '/got-last'])
  })
})
