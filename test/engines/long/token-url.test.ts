import type { RequestListener } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import { ARRANGEMENTS, biuwer, heard, issue, open, prepareCore, RESOURCE, type Sites } from '../core/core.ts'
import { stateIn } from '../core/dashboard.ts'
import { serve } from '../sites.ts'

prepareCore()

const [, sites] = ARRANGEMENTS[1] as (typeof ARRANGEMENTS)[0]

const tagAt = (tokenUrl: string, more = '') =>
  `<biuwer-embed resource-id="${RESOURCE}" token-url="${tokenUrl}" ${more}></biuwer-embed>`

/** A host whose backend answers each call for a token as the next of these does, and then as the last: a token, or a status. */
function backend(...answers: (() => Promise<{ token: string } | number>)[]) {
  let asked = 0
  const answer: RequestListener = async ({ url }, response) => {
    const given = url?.endsWith('/token') ? await answers[Math.min(asked++, answers.length - 1)]?.() : 404
    const [status, token] = typeof given === 'object' ? [200, given.token] : [given ?? 500]
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ token }))
  }
  return {
    answer,
    get asked() {
      return asked
    },
  }
}

/** A token whose session ends in so many seconds. */
const ending = (seconds: number) => () =>
  issue({ refresh: 'none', to: new Date(Date.now() + seconds * 1000).toISOString() })

/** How many events of this type the page's tags have dispatched. */
const countOf = (type: string) => window.heard.filter((event) => event.type === type).length

test('five tags of one token-url renew with one call', async () => {
  const host = backend(ending(16), () => issue({ refresh: 'none' }))
  const tab = await open(sites, tagAt('token').repeat(5), { answer: host.answer })
  await tab.until(
    'five renewals',
    (count) => window.heard.filter(({ type }) => type === count).length === 5,
    'biuwer-renewed',
  )
  expect(host.asked).toBe(2)
  expect(biuwer.asked).toBe(5)
})

test('a visitor who signs out of the host is told of once, and sees the dashboard until its session ends', async () => {
  const host = backend(ending(14), async () => 401)
  const tab = await open(sites, tagAt('token'), { answer: host.answer })
  const { code, message } = await heard(tab, 'biuwer-error')
  expect(code).toBe('signed_out')
  expect(message).toContain('401')
  expect(await stateIn(tab)).toBe('ready')
  await heard(tab, 'biuwer-expired')
  expect(await tab.evaluate(countOf, 'biuwer-error')).toBe(1)
  expect(host.asked).toBe(2)
})

test('a visitor who is signed out before it opens can try again', async () => {
  const host = backend(
    async () => 403,
    () => issue(),
  )
  const tab = await open(sites, tagAt('token'), { answer: host.answer })
  expect(await heard(tab, 'biuwer-error')).toMatchObject({ code: 'signed_out', retryable: false })
  await tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=retry]'))
  await heard(tab, 'biuwer-ready')
  expect(host.asked).toBe(2)
})

/** A backend of the host's site at another port, which is another origin, and knows visitors by a cookie. */
async function apart({ host }: Sites) {
  const api = await serve(new URL(host).hostname, async ({ headers }, response) => {
    response.setHeader('Access-Control-Allow-Origin', host)
    response.setHeader('Access-Control-Allow-Credentials', 'true')
    response.setHeader('Content-Type', 'application/json')
    if (headers.cookie?.includes('visitor=1')) response.end(JSON.stringify({ token: (await issue()).token }))
    else response.writeHead(401).end('{}')
  })
  onTestFinished(() => api.stop())
  return `${api.origin}/token`
}

const COOKIE = '<script>document.cookie = "visitor=1; path=/; SameSite=Lax"</script>'

test('a backend of another origin gets the cookies with token-credentials="include"', async () => {
  const tab = await open(sites, COOKIE + tagAt(await apart(sites), 'token-credentials="include"'))
  await heard(tab, 'biuwer-ready')
})

test('without that it gets none, and the diagnosis says so', async () => {
  const tab = await open(sites, COOKIE + tagAt(await apart(sites)))
  expect(await heard(tab, 'biuwer-error')).toMatchObject({ code: 'signed_out' })
  const report = await tab.evaluate(async () =>
    JSON.stringify(await (document.querySelector('biuwer-embed') as BiuwerEmbedElement).diagnose()),
  )
  expect(report).toContain('token-credentials=')
})
