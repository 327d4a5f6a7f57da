import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FrameChannel } from '../../widget/connection/frame-channel.ts'
import type { Command, Report } from '../../widget/frame-document/protocol.ts'
import { happened, say, settled } from './stand-in.ts'

const HELLO = { type: 'biuwer-embed:hello' }
type Realm = Window & typeof globalThis

let frame: HTMLIFrameElement
let life: AbortController
const connected = vi.fn()
const report = vi.fn<(report: Report) => void>()

beforeEach(() => {
  frame = document.body.appendChild(document.createElement('iframe'))
  life = new AbortController()
  vi.clearAllMocks()
})
afterEach(() => {
  life.abort()
  frame.remove()
})

const channelTo = (edge: string) =>
  new FrameChannel(() => frame.contentWindow, [window], edge, life.signal, { connected, report })
const inside = () => frame.contentWindow as Realm
const order = (): Command => ({
  type: 'renew',
  token: 't',
  session_key: 'k',
})

/** Says hello from inside and takes the port that comes. */
async function port(): Promise<MessagePort> {
  const welcome = happened(inside(), 'message') as Promise<MessageEvent>
  say(inside(), HELLO)
  const { ports } = await welcome
  if (!ports[0]) throw new Error('the welcome brought no port')
  return ports[0]
}

it('answers the hello of its own frame with a port', async () => {
  const channel = channelTo(location.origin)
  const theirs = await port()
  expect(connected).toHaveBeenCalledOnce()
  const heard = happened(theirs, 'message') as Promise<MessageEvent>
  theirs.start()
  channel.send(order())
  expect((await heard).data).toEqual({ ...order(), order: 1 })
})

it('ignores a hello from another window of the same origin', async () => {
  channelTo(location.origin)
  const stranger = document.body.appendChild(document.createElement('iframe'))
  say(stranger.contentWindow as Realm, HELLO)
  window.postMessage(HELLO, '*')
  await settled()
  stranger.remove()
  expect(connected).not.toHaveBeenCalled()
})

it('looks at no hello that another tag has taken', async () => {
  channelTo(location.origin)
  const place = vi.fn(() => null)
  new FrameChannel(place, [window], location.origin, life.signal, { connected, report })
  await port()
  await settled()
  expect(place).not.toHaveBeenCalled()
})

it.each(['https://edge.example', `${location.origin}.evil.example`, 'null'])(
  'ignores a hello of its own frame when that is not at the edge: %s',
  async (edge) => {
    channelTo(edge)
    say(inside(), HELLO)
    await settled()
    expect(connected).not.toHaveBeenCalled()
  },
)

it('ignores a message without a source once its frame is gone', async () => {
  channelTo(location.origin)
  frame.remove()
  window.dispatchEvent(new MessageEvent('message', { data: HELLO, origin: location.origin, source: null }))
  expect(connected).not.toHaveBeenCalled()
})

it('ignores what is no hello', async () => {
  channelTo(location.origin)
  for (const message of [null, 'biuwer-embed:hello', {}, { type: 'biuwer-embed:port' }])
    say(inside(), message)
  await settled()
  expect(connected).not.toHaveBeenCalled()
})

it('hears answers to its newest order alone', async () => {
  const channel = channelTo(location.origin)
  const theirs = await port()
  channel.send(order())
  channel.send(order())
  theirs.postMessage({ type: 'ready', order: 1 })
  theirs.postMessage({ type: 'ready', order: 2 })
  await vi.waitFor(() => expect(report).toHaveBeenCalled())
  await settled()
  expect(report.mock.calls).toEqual([[{ type: 'ready', order: 2 }]])
})

it('gives a reloaded frame a port of its own and hears the former one no more', async () => {
  const channel = channelTo(location.origin)
  const former = await port()
  const current = await port()
  expect(connected).toHaveBeenCalledTimes(2)
  channel.send(order())
  former.postMessage({ type: 'ready', order: 1 })
  current.postMessage({ type: 'ready', order: 1 })
  await vi.waitFor(() => expect(report).toHaveBeenCalled())
  await settled()
  expect(report).toHaveBeenCalledOnce()
})

it('renames under the number of the order before, whose answer still counts', async () => {
  const channel = channelTo(location.origin)
  const theirs = await port()
  const heard: unknown[] = []
  theirs.onmessage = ({ data }) => heard.push(data)
  channel.send(order())
  channel.send({ type: 'rename', title: 'Sales' })
  await vi.waitFor(() => expect(heard).toHaveLength(2))
  expect(heard[1]).toEqual({ type: 'rename', title: 'Sales', order: 1 })
  theirs.postMessage({ type: 'ready', order: 1 })
  await vi.waitFor(() => expect(report).toHaveBeenCalledOnce())
})

it('is deaf after its end', async () => {
  channelTo(location.origin)
  const theirs = await port()
  life.abort()
  theirs.postMessage({ type: 'ready', order: 0 })
  say(inside(), HELLO)
  await settled()
  expect(connected).toHaveBeenCalledOnce()
  expect(report).not.toHaveBeenCalled()
})
