import { afterEach, expect, it, vi } from 'vitest'
// Before the stand-in, which registers the tag as an edge's script does, unless that is done.
import '../../widget/npm/define.ts'
import { allowEdges, setDefaultEdge } from '../../widget/npm/index.ts'
import { en } from '../../widget/panel/messages/en.ts'
import { es } from '../../widget/panel/messages/es.ts'
import type { TokenProvider } from '../../widget/session/token-source.ts'
import { embed, frameOf, happened, Inside, removeAll, settled } from './stand-in.ts'

afterEach(async () => {
  await removeAll()
  setDefaultEdge(null)
})

const never = () => vi.fn<TokenProvider>(() => new Promise(() => {}))

/** A tag whose edge stands in markup. */
function embedAt(edge: string, tokenProvider: TokenProvider) {
  const tag = document.createElement('biuwer-embed')
  tag.setAttribute('edge', edge)
  document.body.append(Object.assign(tag, { resourceId: 'sales', tokenProvider }))
  return tag
}

it('opens at any edge that markup names, and asks for a token once its frame has said hello', async () => {
  const tokenProvider = never()
  const tag = embedAt(location.origin, tokenProvider)
  const inside = await Inside.of(tag)
  await settled()
  expect(tokenProvider).not.toHaveBeenCalled()
  await inside.hello()
  await vi.waitFor(() => expect(tokenProvider).toHaveBeenCalledOnce())
})

it('asks for no token where the frame of such an edge never says hello', async () => {
  const tokenProvider = never()
  const tag = embedAt('https://evil.example', tokenProvider)
  await tag.updateComplete
  expect(frameOf(tag).src).toContain('https://evil.example')
  expect(tokenProvider).not.toHaveBeenCalled()
})

it('asks for a token at once where a script named the edge, by the property or for all', async () => {
  const [named, byDefault, both] = [never(), never(), never()]
  embed({ resourceId: 'sales', edge: 'https://named.example', tokenProvider: named })
  await vi.waitFor(() => expect(named).toHaveBeenCalledOnce())
  setDefaultEdge(`${location.origin}/`)
  embed({ resourceId: 'sales', tokenProvider: byDefault })
  await vi.waitFor(() => expect(byDefault).toHaveBeenCalledOnce())
  embedAt(location.origin, both)
  await vi.waitFor(() => expect(both).toHaveBeenCalledOnce())
})

it('stays idle without an edge, and opens when it gets a default', async () => {
  const tag = embed({ resourceId: 'sales', token: 'value' })
  await tag.updateComplete
  expect(tag.state).toBe('idle')
  setDefaultEdge(location.origin)
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
})

it('speaks English until it has loaded the language of the page, which may be Spanish', async () => {
  setDefaultEdge(location.origin)
  const section = document.body.appendChild(document.createElement('section'))
  section.lang = 'es'
  const tag = embed({ resourceId: 'sales', token: 'spanish' }, section)
  await tag.updateComplete
  const said = () => tag.shadowRoot?.querySelector('[part=message]')?.textContent
  expect(said()).toBe(en.loading)
  await expect.poll(said).toBe(es.loading)
  section.remove()
})

it('asks for tokens for any instance, and for any edge, until a script allows some', async () => {
  const [manual, listed, other] = [never(), never(), never()]
  embed({ resourceId: 'sales', instance: 'acme', tokenProvider: manual })
  await vi.waitFor(() => expect(manual).toHaveBeenCalledOnce())
  allowEdges(['https://listed.example'])
  embedAt('https://listed.example', listed)
  await vi.waitFor(() => expect(listed).toHaveBeenCalledOnce())
  const refused = await Promise.all(
    [
      embedAt('https://evil.example', other),
      embed({ resourceId: 'sales', instance: 'evil', tokenProvider: other }),
    ].map((tag) => happened(tag, 'biuwer-error')),
  )
  expect(refused).toMatchObject([{ code: 'invalid_request' }, { code: 'invalid_request' }])
  expect(other).not.toHaveBeenCalled()
})
