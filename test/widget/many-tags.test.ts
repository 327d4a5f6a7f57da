import { afterEach, expect, inject, it, vi } from 'vitest'
import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import type { TokenProvider } from '../../widget/session/token-source.ts'
import { embed, happened, Inside, opened, removeAll, settled } from './stand-in.ts'

afterEach(async () => {
  await removeAll()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const frameIn = (tag: Element) => tag.shadowRoot?.querySelector('iframe')

/** Appends so many tags within one task. */
const embedMany = (count: number, settings: Parameters<typeof embed>[0]) =>
  Array.from({ length: count }, () => embed({ resourceId: 'sales', ...settings }))

/** Waits for each frame of the tags, and returns how many came together, before anything else of the page could run. */
function framesTogether(tags: readonly BiuwerEmbedElement[]): Promise<number[]> {
  const together: number[] = []
  return new Promise((resolve) => {
    let left = tags.length
    const observer = new MutationObserver((records) => {
      const added = records.flatMap(({ addedNodes }) => [...addedNodes])
      const frames = added.filter((node) => node instanceof HTMLIFrameElement).length
      if (frames) together.push(frames)
      left -= frames
      if (left === 0) resolve(together)
    })
    for (const { shadowRoot } of tags) if (shadowRoot) observer.observe(shadowRoot, { childList: true })
  })
}

it('makes the frames of the first three tags at once, and of each further one in a task of its own', async () => {
  const tags = embedMany(30, { token: 'many' })
  const together = framesTogether(tags)
  await Promise.all(tags.map((tag) => tag.updateComplete))
  expect(tags.filter(frameIn)).toEqual(tags.slice(0, 3))
  expect(tags.map(({ state }) => state)).toEqual(tags.map(() => 'connecting'))
  expect(await together).toEqual([3, ...Array(27).fill(1)])
})

it('makes a frame at once in a later task', async () => {
  const many = embedMany(7, { token: 'many' })
  await framesTogether(many)
  const tag = embed({ resourceId: 'sales', token: 'later' })
  await tag.updateComplete
  expect(frameIn(tag)).toBeInstanceOf(HTMLIFrameElement)
})

const later = { resourceId: 'sales', token: 'gone' }

it('makes no frame for a tag that left the page before its turn, nor two for one that came back', async () => {
  const tags = embedMany(3, { token: 'gone' })
  const [next, gone, last] = [embed(later), embed(later), embed(later)]
  tags.push(next, gone, last)
  await last.updateComplete
  gone.remove()
  const frames = framesTogether([next, last])
  last.remove()
  document.body.append(last)
  await frames
  await settled()
  expect(tags.map((tag) => tag.shadowRoot?.querySelectorAll('iframe').length)).toEqual([1, 1, 1, 1, 0, 1])
})

it('asks once for the token of all tags of a page, also where it comes before the last frame', async () => {
  const tokenProvider = vi.fn<TokenProvider>(async () => 'for-all')
  const tags = embedMany(12, { tokenProvider })
  await framesTogether(tags)
  expect(tokenProvider).toHaveBeenCalledOnce()
  const inside = await Inside.of(tags[11] as BiuwerEmbedElement)
  await inside.hello()
  expect(await inside.order(1)).toMatchObject({ type: 'open', token: 'for-all' })
})

it('says why no token came, also of the tags that wait for their turn', async () => {
  const tags = embedMany(8, { tokenProvider: () => Promise.reject(new RangeError()) })
  const errors = await Promise.all(tags.map((tag) => happened(tag, 'biuwer-error')))
  expect(errors).toMatchObject(tags.map(() => ({ code: 'provider_failed' })))
  await settled()
  expect(tags.filter(frameIn)).toEqual([])
})

/** An address that answers with this status, body and headers. */
const given = (answer: Record<string, string>) =>
  `${inject('answeringEdge')}/of-the-test/given?${new URLSearchParams(answer)}`

const stopTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })

it.each([
  ['429', { status: '429', 'retry-after': '1' }],
  ['503', { status: '503', 'retry-after': '1' }],
  ['500', { status: '500' }],
])(
  'renews all tags of a token-url by one call, and by one again after it was answered %s',
  async (status, answer) => {
    stopTimers()
    // No renewal comes before a fifth is left.
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const tags: Awaited<ReturnType<typeof opened>>[] = []
    for (let nth = 0; nth < 5; nth++) {
      if (nth) vi.advanceTimersByTime(5000)
      tags.push(await opened({ token: `${status}-${nth}` }, 1000))
    }
    const fetched = vi.spyOn(window, 'fetch')
    const ask = (tokenUrl: string) => {
      for (const { tag } of tags) tag.tokenUrl = tokenUrl
    }
    const errors = tags.map(({ tag }) => happened(tag, 'biuwer-error'))
    ask(given(answer))
    // The renewal of the first tag alone is due, and so is its next try.
    vi.advanceTimersByTime(780_001)
    expect(await Promise.all(errors)).toMatchObject(
      tags.map(() => ({ code: 'provider_failed', retryable: true })),
    )
    expect(fetched).toHaveBeenCalledOnce()
    const token = `renewed-after-${status}`
    ask(given({ 'content-type': 'application/json', body: JSON.stringify({ token }) }))
    vi.advanceTimersByTime(50_001)
    for (const { inside } of tags) expect(await inside.order(2)).toMatchObject({ type: 'renew', token })
    expect(fetched).toHaveBeenCalledTimes(2)
  },
)

it('asks once for all tags that the edge told to wait', async () => {
  stopTimers()
  const tokenProvider = vi.fn<TokenProvider>(
    () => new Promise((resolve) => setTimeout(resolve, 200, 'waited')),
  )
  const tags = embedMany(3, { tokenProvider })
  const insides = await Promise.all(tags.map((tag) => Inside.of(tag)))
  vi.advanceTimersByTime(200)
  for (const inside of insides) {
    await inside.hello()
    await inside.order(1)
  }
  const errors = tags.map((tag) => happened(tag, 'biuwer-error'))
  for (const inside of insides) inside.report({ type: 'refused', code: 'rate_limited', retry_after: 30 })
  await Promise.all(errors)
  expect(tokenProvider).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(32_000)
  expect(tags.map(({ state }) => state)).toEqual(tags.map(() => 'connecting'))
  expect(tokenProvider).toHaveBeenCalledTimes(2)
})
