import { readFileSync } from 'node:fs'
import type { Request as PageRequest } from 'playwright'
import { expect, inject } from 'vitest'
import { admin, issue } from './edge-api.ts'
import { test } from './fixtures.ts'
import { tagWith } from './host.ts'

const { adminKey, biuwerTokens, edgeLog, resources } = inject('stack')

test('no secret is in a URL, a header, the DOM, storage, a console line, an event or the log', async ({
  host,
  newVisitor,
}) => {
  const written: string[] = []
  const visitor = await newVisitor()
  visitor.on('console', (message) => written.push(message.text()))
  visitor.on('weberror', (error) => written.push(String(error.error())))
  const requests: Promise<void>[] = []
  const note = async (request: PageRequest) => {
    const { authorization, ...headers } = await request.allHeaders()
    written.push(request.url(), JSON.stringify(headers))
  }
  visitor.on('requestfinished', (request) => void requests.push(note(request)))

  const { id } = await issue({ refresh: 'single-use' })
  const given: string[] = []
  host.giveToken = async () => {
    const { token } = await admin('POST', `/v1/tokens/${id}/refresh`)
    given.push(token)
    return token
  }
  const { token: inAttribute } = await issue({ refresh: 'single-use' })
  const page = await host.open('', { visitor })
  await page.evaluate(
    ([resource, token]) => {
      const seen: string[] = []
      Object.assign(window, { seen })
      for (const type of ['ready', 'error', 'expiring', 'expired', 'renewed']) {
        document.addEventListener(`biuwer-${type}`, (event) => {
          const own = Object.entries(event).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
          seen.push(event.type, ...own)
        })
      }
      const embeds = [document.createElement('biuwer-embed'), document.createElement('biuwer-embed')]
      for (const embed of embeds) embed.setAttribute('resource-id', resource)
      embeds[0]?.setAttribute('token', token)
      embeds[1]?.setAttribute('token-url', '/token')
      document.body.append(...embeds)
    },
    [resources.rentals, inAttribute] as const,
  )
  await page.waitForFunction(() => document.querySelectorAll('biuwer-embed:state(ready)').length === 2)
  const refused = await host.open(tagWith(inAttribute), { visitor })
  await refused.locator('biuwer-embed:state(error)').waitFor()

  for (const shown of [page, refused]) {
    written.push(
      await shown.evaluate(() => {
        const deep = (root: Document | ShadowRoot | Element): string =>
          [...root.querySelectorAll('*')]
            .map((element) => {
              const attributes = [...element.attributes]
                .map(({ name, value }) => `${name}=${value}`)
                .join(' ')
              return attributes + (element.shadowRoot ? deep(element.shadowRoot) : '')
            })
            .join('\n')
        const names = [...document.querySelectorAll('biuwer-embed')].flatMap((embed) => [
          String(Reflect.get(embed, 'token')),
          JSON.stringify(Reflect.get(embed, 'error')),
          embed.shadowRoot?.querySelector('iframe')?.name,
        ])
        const performanceEntries = performance.getEntries().map((entry) => JSON.stringify(entry))
        const kept = JSON.stringify([
          { ...localStorage },
          { ...sessionStorage },
          document.cookie,
          window.name,
        ])
        const seen = (window as unknown as { seen?: string[] }).seen ?? []
        return [deep(document), ...names, ...performanceEntries, kept, ...seen].join('\n')
      }),
    )
  }
  await Promise.all(requests)
  const all = `${written.join('\n')}\n${readFileSync(edgeLog, 'utf8')}`

  expect(all).toContain('/v1/sessions')
  expect(all).toContain('biuwer-ready')
  expect(given).toHaveLength(1)
  for (const secret of [inAttribute, ...given, biuwerTokens.store1, biuwerTokens.store2, adminKey]) {
    expect(all.includes(secret)).toBe(false)
    // The signature alone would do for whoever has the rest.
    expect(all.includes(secret.slice(-20))).toBe(false)
  }
})
