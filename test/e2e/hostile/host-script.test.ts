import { expect, inject } from 'vitest'
import { issue } from '../edge-api.ts'
import { biuwerFrames, LOOSE_POLICY, nextEvent, tagWith } from '../host.ts'
import { test } from './fixtures.ts'

const { resources } = inject('stack')

test("a host script can not find Biuwer's page by guessing its name, nor take it elsewhere", async ({
  openLoose,
  stranger,
}) => {
  const page = await openLoose()
  const found = await page.evaluate((origin) => {
    const frame = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')?.contentWindow
    try {
      return frame?.open.call(window, `${origin}/named`, 'film-rentals-page') === frame
    } catch (error) {
      if (error instanceof DOMException) return false
      throw error
    }
  }, stranger.origin)
  expect(found).toBe(false)
  expect(biuwerFrames(page)).toHaveLength(1)
})

test('a host script finds neither token nor session key in anything that the element leads to', async ({
  openOverheard,
}) => {
  const { page, stolen } = await openOverheard()
  expect([typeof stolen.token, typeof stolen.session_key]).toEqual(['string', 'string'])
  const { seen, found } = await page.evaluate(
    (secrets) => {
      const embed = document.querySelector('biuwer-embed') as Element
      // The attribute is the page's own doing; all else that the tag holds has to be out of reach.
      embed.removeAttribute('token')
      const isWithin = (value: unknown) => {
        try {
          return embed.contains(value as Node) || (value as Node).getRootNode() === embed.shadowRoot
        } catch {
          return true
        }
      }
      const visited = new Set<unknown>()
      const paths: string[] = []
      const walk = (value: unknown, path: string): void => {
        if (typeof value === 'string') {
          if (secrets.some((secret) => value.includes(secret))) paths.push(path)
          return
        }
        if (value === null || !/object|function/.test(typeof value) || visited.has(value)) return
        if (value === window || value === document || value === Reflect.get(window, 'stolen')) return
        visited.add(value)
        if (value instanceof Map || value instanceof Set) {
          for (const entry of value.entries()) walk(entry, `${path}(entry)`)
        }
        for (let at: object | null = value as object; at; at = Object.getPrototypeOf(at)) {
          for (const key of Reflect.ownKeys(at)) {
            let inner: unknown
            try {
              inner = Reflect.get(at, key, value)
            } catch {
              continue
            }
            if (isWithin(inner)) walk(inner, `${path}.${String(key)}`)
          }
        }
      }
      walk(embed, 'embed')
      walk(customElements.get('biuwer-embed'), 'class')
      return { seen: visited.size, found: paths }
    },
    [stolen.token, stolen.session_key],
  )
  expect(seen).toBeGreaterThan(100)
  expect(found).toEqual([])
})

test('a host script that swaps the resource while a session opens gets what the token allows, and no more', async ({
  host,
}) => {
  const { token } = await issue({ resources: [resources.rentals] })
  const page = await host.open(tagWith(token), { policy: LOOSE_POLICY })
  const error = nextEvent(page, 'biuwer-error')
  await page.evaluate((foreign) => {
    document.querySelector('biuwer-embed')?.setAttribute('resource-id', foreign)
  }, resources.revenue)
  expect(await error).toMatchObject({ code: 'resource_not_allowed' })
  expect(biuwerFrames(page)).toHaveLength(0)
})

test('of three pages that race for a single-use token one opens the dashboard', async ({ host }) => {
  const { token } = await issue({ refresh: 'single-use' })
  const pages = await Promise.all([host.open(''), host.open(''), host.open('')])
  const outcomes = await Promise.all(
    pages.map((page) =>
      page.evaluate(
        ([resource, token]) => {
          const embed = document.createElement('biuwer-embed')
          embed.setAttribute('resource-id', resource)
          embed.setAttribute('token', token)
          const over = new Promise<string>((resolve) => {
            embed.addEventListener('biuwer-ready', () => resolve('ready'))
            embed.addEventListener('biuwer-error', (event) => resolve(Reflect.get(event, 'code')))
          })
          document.body.append(embed)
          return over
        },
        [resources.rentals, token] as const,
      ),
    ),
  )
  expect(outcomes.sort()).toEqual(['ready', 'token_spent', 'token_spent'])
})
