import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest'
import { embed, opened, removeAll, type Settings } from './stand-in.ts'

let warn: MockInstance<typeof console.warn>

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(async () => {
  await removeAll()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const said = () => warn.mock.calls.map(([text]) => text)

it.each<[string, string, string[]]>([
  ['nothing', '', ['resource-id', 'token-url, tokenProvider or token']],
  ['no resource id', 'token-url="/token"', ['resource-id']],
  ['an empty resource id', 'resource-id="" token-url="/token"', ['resource-id']],
  ['a resource id of white space', 'resource-id=" \n" token-url="/token"', ['resource-id']],
  ['a misspelt resource id', 'resource_id="sales" token-url="/token"', ['resource-id']],
  ['no source of tokens', 'resource-id="sales"', ['token-url, tokenProvider or token']],
  ['an empty token-url', 'resource-id="sales" token-url=""', ['token-url, tokenProvider or token']],
  ['a token-url of white space', 'resource-id="sales" token-url=" "', ['token-url, tokenProvider or token']],
  ['another edge', 'resource-id="sales" token-url="/token" edge="https://evil.example"', ['allowEdges']],
  ['a malformed edge', 'resource-id="sales" token-url="/token" edge="nowhere"', ['https origin']],
  ['another instance', 'resource-id="sales" token-url="/token" instance="evil"', ['allowInstances']],
])('says once in the console what is wrong with a tag that has %s', async (_, attributes, named) => {
  document.body.insertAdjacentHTML('beforeend', `<biuwer-embed ${attributes}></biuwer-embed>`)
  const tag = document.querySelector('biuwer-embed')
  await tag?.updateComplete
  vi.advanceTimersByTime(1999)
  expect(said()).toEqual([])
  vi.advanceTimersByTime(1)
  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0]?.[1]).toBe(tag)
  for (const name of named) expect(said()[0]).toContain(name)
  if (!named.includes('resource-id')) expect(said()[0]).not.toContain('resource-id')
  // Moved, or asked again: it has been said.
  tag?.remove()
  document.body.append(tag as Element)
  await tag?.updateComplete
  vi.advanceTimersByTime(60_000)
  expect(warn).toHaveBeenCalledOnce()
})

it.each<[string, Settings]>([
  ['gets what it lacks in time', { resourceId: 'sales' }],
  ['waits out of sight', { resourceId: 'sales', token: 'value', loading: 'lazy' }],
])('says nothing of a tag that %s', async (_, settings) => {
  const tag = embed(settings)
  vi.advanceTimersByTime(1999)
  tag.token = 'value'
  await tag.updateComplete
  vi.advanceTimersByTime(60_000)
  expect(said()).toEqual([])
})

it('says nothing of a tag that is gone, or that is ready', async () => {
  embed({}).remove()
  await opened({ token: 'warned-not' })
  vi.advanceTimersByTime(10_000)
  expect(said()).toEqual([])
})
