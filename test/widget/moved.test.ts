import { afterEach, expect, inject, it, vi } from 'vitest'
import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import { embed, frameOf, happened, Inside, opened, removeAll } from './stand-in.ts'

const others: { document: Document; end: () => void }[] = []

declare module 'vitest' {
  interface ProvidedContext {
    /** The browser that the tests run in. */
    engine: 'chromium' | 'firefox' | 'webkit'
  }
}

/** Firefox and WebKit open no window unless somebody clicks: there, core/mounting has it. */
const KINDS = inject('engine') === 'chromium' ? (['frame', 'window'] as const) : (['frame'] as const)

/** The document of a frame of this page, or of a window that it opened. */
async function otherDocument(kind: 'frame' | 'window'): Promise<Document> {
  if (kind === 'window') {
    const view = open('about:blank') as Window
    others.push({ document: view.document, end: () => view.close() })
    return view.document
  }
  const frame = document.createElement('iframe')
  frame.style.cssText = 'width: 900px; height: 700px'
  document.body.append(frame)
  const { contentDocument } = frame
  if (!contentDocument) throw new Error('the frame has no document')
  others.push({ document: contentDocument, end: () => frame.remove() })
  return contentDocument
}

afterEach(async () => {
  await removeAll()
  for (const { document, end } of others.splice(0)) {
    for (const tag of document.querySelectorAll('biuwer-embed')) tag.remove()
    end()
  }
})

/** Opens the tag where it is. */
async function open_(tag: BiuwerEmbedElement): Promise<void> {
  const inside = await Inside.of(tag)
  await inside.hello()
  await inside.order(1)
  const ready = happened(tag, 'biuwer-ready')
  inside.open()
  await ready
}

function expectStyled(tag: BiuwerEmbedElement): void {
  const { view, frame } = { view: tag.ownerDocument.defaultView as Window, frame: frameOf(tag) }
  expect(view.getComputedStyle(tag).display).toBe('block')
  expect(view.getComputedStyle(frame).borderStyle).toBe('none')
  expect(frame.getBoundingClientRect()).toEqual(tag.getBoundingClientRect())
}

it.each(KINDS)('opens in the document of another %s, put there before it was anywhere', async (kind) => {
  const other = await otherDocument(kind)
  const tag = document.createElement('biuwer-embed')
  Object.assign(tag, { resourceId: 'sales', token: 'moved' })
  other.body.append(tag)
  await open_(tag)
  expectStyled(tag)
})

it.each(KINDS)('goes on in the document of another %s, and back here', async (kind) => {
  const { tag } = await opened({ token: 'moved-on' })
  const other = await otherDocument(kind)
  other.body.append(tag)
  expect(tag.state).toBe('idle')
  await open_(tag)
  expectStyled(tag)
  document.body.append(tag)
  await open_(tag)
  expectStyled(tag)
})

it('breaks nothing in a document that no window shows, and opens when it comes back', async () => {
  const thrown = vi.fn((event: Event) => event.preventDefault())
  addEventListener('error', thrown)
  const { tag } = await opened({ token: 'moved-unseen' })
  document.implementation.createHTMLDocument().body.append(tag)
  await tag.updateComplete
  const other = await otherDocument('frame')
  others.pop()?.end()
  other.body.append(tag)
  await tag.updateComplete
  document.body.append(tag)
  await open_(tag)
  expectStyled(tag)
  removeEventListener('error', thrown)
  expect(thrown).not.toHaveBeenCalled()
})

it('follows the language of the document that it is in', async () => {
  const other = await otherDocument('frame')
  other.documentElement.lang = 'es'
  const host = other.body.appendChild(other.createElement('div'))
  const tag = embed({ resourceId: 'sales', token: 'moved-language' })
  host.attachShadow({ mode: 'open' }).append(tag)
  await tag.updateComplete
  expect(frameOf(tag).title).toBe('Panel de Biuwer')
})

it('opens there when it comes near, if lazy', async () => {
  const other = await otherDocument(KINDS.at(-1) ?? 'frame')
  other.body.innerHTML = '<div style="height: 9000px"></div>'
  const tag = document.createElement('biuwer-embed')
  Object.assign(tag, { resourceId: 'sales', token: 'moved-lazy', loading: 'lazy' })
  other.body.append(tag)
  await tag.updateComplete
  expect(tag.state).toBe('idle')
  tag.scrollIntoView()
  await expect.poll(() => tag.state).toBe('connecting')
})

it('is diagnosed there', async () => {
  const other = await otherDocument('frame')
  const { tag } = await opened({ token: 'moved-diagnosed' })
  other.body.append(tag)
  await open_(tag)
  const { checks } = await tag.diagnose()
  // The page of the tests is the edge's own.
  expect(checks.filter(({ check, ok }) => ok === false && check !== 'origin')).toEqual([])
  expect(checks.find(({ check }) => check === 'visibility')?.detail).toBe('884 by 600 pixels.')
})

it('leaves sheets alone that the page gave it', async () => {
  const { tag } = await opened({ token: 'sheet' })
  const own = new CSSStyleSheet()
  tag.shadowRoot?.adoptedStyleSheets.push(own)
  document.body.append(tag)
  expect(tag.shadowRoot?.adoptedStyleSheets).toContain(own)
  expect(tag.shadowRoot?.adoptedStyleSheets).toHaveLength(2)
})
