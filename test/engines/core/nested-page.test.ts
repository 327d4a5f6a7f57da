import { describe, expect, test } from 'vitest'
import {
  BIUWER_APART,
  biuwer,
  biuwerToken,
  engineName,
  issue,
  leave,
  ONE_SITE,
  open,
  prepareCore,
  type Sites,
} from './core.ts'
import { tagOf } from './dashboard.ts'

prepareCore()

interface Told {
  code: string
  /** Windows that the portal page found below the host page's. */
  handles: number
  names: string[]
}

/** Shows the host page in a portal page, which looks for windows all the time, and gives how the tag ended. */
async function openInPortal(portal: string, sites: Sites): Promise<Told> {
  const tell = `<script>
    for (const type of ['ready', 'error'])
      document.addEventListener('biuwer-' + type, (event) => parent.postMessage({ code: event.code ?? type }, '*'))
  </script>`
  const { token } = await issue({ refresh: 'none' })
  const host = await open(sites, tell + tagOf(token))
  await biuwer.shown(1)
  const address = await host.evaluate(() => location.href)
  await leave(host)
  await biuwer.shown(0)
  const tab = await open({ ...sites, host: portal }, '', { script: false })
  return tab.evaluate(async (address) => {
    const frame = document.createElement('iframe')
    const taken = new Set<Window>()
    const names: string[] = []
    const look = (window: Window, depth: number) => {
      for (let at = 0; at < window.length; at++) {
        const inner = window[at] as Window
        if (!taken.has(inner)) {
          taken.add(inner)
          if (depth > 0) inner.location.href = 'about:blank'
        }
        try {
          names.push(inner.name)
        } catch (error) {
          if (!(error instanceof DOMException)) throw error
        }
        look(inner, depth + 1)
      }
    }
    const ended = new Promise<string>((resolve) => {
      addEventListener('message', ({ data }) => data.code && resolve(data.code))
    })
    frame.src = address
    document.body.append(frame)
    const looking = setInterval(() => frame.contentWindow && look(frame.contentWindow, 0), 1)
    const code = await ended
    // The thief goes on for as long as a page takes to be replaced.
    await new Promise((resolve) => setTimeout(resolve, 300))
    clearInterval(looking)
    return { code, handles: taken.size, names: names.filter(Boolean) }
  }, address)
}

describe.each([
  ['on one site', ONE_SITE],
  ['with Biuwer on another site', BIUWER_APART],
])('%s, a host page', (_, sites) => {
  test('inside a page of its own origin opens the dashboard, and nobody reads in it', async () => {
    const { code, names } = await openInPortal(sites.host, sites)
    expect(code).toBe('ready')
    expect(names.filter((name) => name.includes(biuwerToken))).toEqual([])
  })

  const other = sites === ONE_SITE ? BIUWER_APART.host : ONE_SITE.host
  const opens =
    engineName === 'firefox' ? 'opens none in Firefox' : 'opens the dashboard, and nobody reads in it'
  test(`inside a page of another site ${opens}`, async () => {
    const { code, names } = await openInPortal(other, sites)
    expect(code).toBe(engineName === 'firefox' ? 'frame_exposed' : 'ready')
    expect(names.filter((name) => name.includes(biuwerToken))).toEqual([])
    await biuwer.shown(engineName === 'firefox' ? 0 : 1)
  })
})
