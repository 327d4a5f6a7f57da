import { afterEach, describe, expect, it, vi } from 'vitest'
import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import type { BiuwerErrorEvent } from '../../widget/events.ts'
import type { TokenProvider } from '../../widget/session/token-source.ts'
import { embed, frameOf, happened, Inside, opened, removeAll, type Settings } from './stand-in.ts'

afterEach(async () => {
  await removeAll()
  vi.restoreAllMocks()
})

/** What a classic script calls, which can't import. */
const { allowEdges, allowInstances } = customElements.get('biuwer-embed') as typeof BiuwerEmbedElement

const TOKEN_URL = '/test/widget/token.json'

/** Puts markup into the page, as somebody does who can't put a script there. Returns its tag. */
function inject(attributes: string): BiuwerEmbedElement {
  document.body.insertAdjacentHTML('beforeend', `<biuwer-embed ${attributes}></biuwer-embed>`)
  const tag = document.querySelector('biuwer-embed')
  if (!tag) throw new Error('the markup holds no tag')
  return tag
}

function fetched(): number {
  return performance.getEntriesByType('resource').filter(({ name }) => name.includes(TOKEN_URL)).length
}

/** Expects that the tag gave up without a frame or a call, and said which function has to be called. */
async function expectRefused(tag: BiuwerEmbedElement, call: string): Promise<void> {
  const { code, message, retryable } = (await happened(tag, 'biuwer-error')) as BiuwerErrorEvent
  expect({ code, retryable }).toEqual({ code: 'invalid_request', retryable: false })
  expect(message).toContain(call)
  await tag.updateComplete
  expect(tag.state).toBe('error')
  expect(tag.shadowRoot?.querySelector('iframe')).toBeNull()
  expect(tag.shadowRoot?.querySelector('[part=panel]')).not.toBeNull()
}

describe('a tag whose script came from an edge', () => {
  it('asks for no token for another edge that markup names', async () => {
    performance.clearResourceTimings()
    const tag = inject(`edge="https://evil.example" resource-id="sales" token-url="${TOKEN_URL}"`)
    await expectRefused(tag, "allowEdges(['https://evil.example'])")
    expect(fetched()).toBe(0)
  })

  it.each<[string, Settings]>([
    ['a provider', { tokenProvider: async () => 'secret' }],
    ['a token', { token: 'secret' }],
  ])('opens at no other edge that a property names, with %s', async (_, settings) => {
    const provider = vi.fn<TokenProvider>(async () => 'secret')
    const tokenProvider = settings.tokenProvider ? provider : null
    const tag = embed({ resourceId: 'sales', edge: 'https://evil.example', ...settings, tokenProvider })
    await expectRefused(tag, "allowEdges(['https://evil.example'])")
    expect(provider).not.toHaveBeenCalled()
  })

  it('opens no window of another edge', () => {
    const openWindow = vi.spyOn(window, 'open').mockReturnValue(null)
    embed({ resourceId: 'sales', token: 'secret', edge: 'https://evil.example' }).openInWindow()
    expect(openWindow).not.toHaveBeenCalled()
    embed({ resourceId: 'sales', token: 'secret' }).openInWindow()
    expect(openWindow).toHaveBeenCalledOnce()
  })

  it('opens at another edge as soon as a script of the page allows it', async () => {
    const tag = embed({ resourceId: 'sales', token: 'value', edge: 'https://allowed-later.example' })
    await happened(tag, 'biuwer-error')
    allowEdges(['https://allowed-later.example/'])
    await tag.updateComplete
    expect(tag.state).toBe('connecting')
    expect(frameOf(tag).src).toContain('https://allowed-later.example/v1/frame')
  })

  it('keeps the edges of earlier calls, and its own', async () => {
    allowEdges(['https://one.example'])
    allowEdges(['https://two.example'])
    for (const edge of ['https://one.example', 'https://two.example', `${location.origin}/`]) {
      const tag = embed({ resourceId: 'sales', token: 'value', edge })
      await tag.updateComplete
      expect(tag.state).toBe('connecting')
    }
  })

  it.each(['http://edge.example', 'https://edge.example/path', 'edge.example', '*', ''])(
    'throws where %j is to be allowed as an edge, and allows nothing of that call',
    async (wrong) => {
      expect(() => allowEdges(['https://beside.example', wrong])).toThrow(TypeError)
      await expectRefused(
        embed({ resourceId: 'sales', token: 'value', edge: 'https://beside.example' }),
        'allowEdges',
      )
    },
  )

  it.each(['https://acme.biuwer.com', 'acme.evil', 'ACME', ''])(
    'throws where %j is to be allowed as an instance',
    (wrong) => {
      expect(() => allowInstances([wrong])).toThrow(TypeError)
    },
  )

  it('asks for the token before the hello: it can go nowhere but to the edge of the script', async () => {
    const tokenProvider = vi.fn<TokenProvider>(() => new Promise(() => {}))
    const tag = embed({ resourceId: 'sales', tokenProvider })
    tag.setAttribute('edge', location.origin)
    await tag.updateComplete
    expect(tokenProvider).toHaveBeenCalledOnce()
  })
})

describe('an instance in a tag whose script came from an edge', () => {
  it('gets no token that the tag would ask for, if no script allowed it', async () => {
    performance.clearResourceTimings()
    const tag = inject(`instance="evil" resource-id="sales" token-url="${TOKEN_URL}"`)
    await expectRefused(tag, "allowInstances(['evil'])")
    expect(fetched()).toBe(0)
  })

  it('gets none of a provider either', async () => {
    const tokenProvider = vi.fn<TokenProvider>(async () => 'secret')
    await expectRefused(embed({ resourceId: 'sales', tokenProvider, instance: 'evil' }), 'allowInstances')
    expect(tokenProvider).not.toHaveBeenCalled()
  })

  it('gets no token that was asked for on behalf of an edge', async () => {
    const tokenProvider = vi.fn<TokenProvider>(async () => 'secret')
    const { tag } = await opened({ tokenProvider })
    tag.instance = 'evil'
    await expectRefused(tag, 'allowInstances')
    expect(tokenProvider).toHaveBeenCalledOnce()
  })

  it('gets the token that the page hands to the tag', async () => {
    const tag = inject('instance="handed" resource-id="sales" token="s3cret"')
    await tag.updateComplete
    expect(tag.state).toBe('connecting')
    expect(frameOf(tag)).toBeDefined()
  })

  it('gets the token of token-url as soon as a script of the page allows it', async () => {
    performance.clearResourceTimings()
    const tag = inject(`instance="acme" resource-id="sales" token-url="${TOKEN_URL}"`)
    await happened(tag, 'biuwer-error')
    allowInstances(['acme'])
    await tag.updateComplete
    expect(tag.state).toBe('connecting')
    await vi.waitFor(() => expect(fetched()).toBe(1))
  })
})

it.each<[string, Partial<BiuwerEmbedElement>]>([
  ['no instance', { instance: undefined as unknown as null }],
  ['no edge', { edge: undefined as unknown as null }],
  ['an empty edge', { edge: '' }],
  ['the edge that it has by default', { edge: location.origin }],
  ['that edge with a slash', { edge: `${location.origin}/` }],
  ['that edge in capitals', { edge: location.origin.toUpperCase() }],
  ['the same resource', { resourceId: 'sales' }],
  ['another way of loading', { loading: 'lazy' }],
  ['another token-url', { tokenUrl: '/elsewhere' }],
])('goes on as it was when it is given %s while ready', async (_, given) => {
  const { tag, inside } = await opened({ token: 'unmoved' })
  Object.assign(tag, given)
  await tag.updateComplete
  expect(tag.state).toBe('ready')
  expect(frameOf(tag)).toBe(inside.frame)
  expect(inside.orders).toHaveLength(1)
})

it('asks for another token where it is given another edge', async () => {
  let given = 0
  const { tag } = await opened({ tokenProvider: async () => `for-edge-${++given}` })
  const frames = [frameOf(tag)]
  allowEdges(['https://moved-to.example'])
  tag.edge = 'https://moved-to.example'
  await tag.updateComplete
  frames.push(frameOf(tag))
  tag.edge = null
  const inside = await Inside.of(tag)
  await inside.hello()
  expect(await inside.order(1)).toMatchObject({ token: 'for-edge-3' })
  expect(new Set([...frames, frameOf(tag)]).size).toBe(3)
})
