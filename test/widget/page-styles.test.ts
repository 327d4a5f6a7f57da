import { afterEach, expect, it } from 'vitest'
import { embed, frameOf, removeAll } from './stand-in.ts'

afterEach(async () => {
  await removeAll()
  document.documentElement.style.fontSize = ''
  document.body.replaceChildren()
})

/** What a page's style sheet may say of the text around a tag; each is inherited. */
const INHERITED = [
  'text-indent: 3em',
  'white-space: nowrap',
  'white-space: pre',
  'line-height: 4',
  'letter-spacing: 1em',
  'word-spacing: 2em',
  'text-transform: uppercase',
  'text-align: right',
  'text-align: justify; text-align-last: right',
  'font: italic small-caps 900 40px/3 monospace',
  'font-variant: small-caps',
  'font-size: 0',
  'text-shadow: 2px 2px red',
  'word-break: break-all',
  'hyphens: auto',
  'line-break: anywhere',
  'writing-mode: vertical-rl',
  'text-orientation: upright; writing-mode: vertical-lr',
  'color: transparent',
  '-webkit-text-fill-color: transparent',
  '-webkit-text-stroke: 3px red',
  'tab-size: 40',
  'text-wrap: nowrap',
  'text-underline-offset: 1em',
  'quotes: "a" "b"',
  'list-style: square',
  'border-collapse: collapse; border-spacing: 20px',
]

/** Sizes and places within the tag, and how its words look. */
function looks(parent: HTMLElement) {
  const tag = embed({ resourceId: 'sales', edge: 'nowhere', token: 'value' }, parent)
  return tag.updateComplete.then(() => {
    const origin = tag.getBoundingClientRect()
    const parts = [...(tag.shadowRoot?.querySelectorAll<HTMLElement>('div, strong, p, button, small') ?? [])]
    expect(parts.length).toBeGreaterThan(3)
    const found = parts.map((part) => {
      const { x, y, width, height } = part.getBoundingClientRect()
      const { scrollWidth, scrollHeight } = part
      const style = getComputedStyle(part)
      const words = [
        'color',
        'textShadow',
        'textTransform',
        'letterSpacing',
        'webkitTextFillColor',
        'fontStyle',
      ]
      return [
        part.localName,
        ...[x - origin.x, y - origin.y, width, height, scrollWidth, scrollHeight].map(Math.round),
        ...words.map((name) => style[name as 'color']),
      ]
    })
    tag.remove()
    return found
  })
}

const box = (style: string, tag = 'div') => {
  const made = document.createElement(tag)
  made.style.cssText = `width: 500px; ${style}`
  document.body.append(made)
  return made
}

it.each(INHERITED)('looks the same in a page whose text has %s', async (style) => {
  expect(await looks(box(style))).toEqual(await looks(box('')))
})

it.each(['62.5%', '0', '3vw'])(
  'writes as large as the reader wants where the page’s root has a font size of %s',
  async (size) => {
    document.documentElement.style.fontSize = size
    const tag = embed({ resourceId: 'sales', edge: 'nowhere', token: 'value' })
    await tag.updateComplete
    const panel = tag.shadowRoot?.querySelector('[part=panel]') as Element
    expect(getComputedStyle(panel).fontSize).toBe('16px')
  },
)

it.each(INHERITED)('fills itself with the frame in a page whose text has %s', async (style) => {
  const parent = box(style)
  const tag = embed({ resourceId: 'sales', token: 'value' }, parent)
  await tag.updateComplete
  const [outer, inner] = [tag, frameOf(tag)].map((element) => element.getBoundingClientRect())
  expect(inner).toEqual(outer)
  expect(outer).toMatchObject({ width: 500, height: 600 })
})

it.each([
  ['visibility: hidden', 'visibility', 'hidden'],
  ['pointer-events: none', 'pointerEvents', 'none'],
])('is still hidden, or out of reach, where the page wants that: %s', async (style, name, value) => {
  const tag = embed({ resourceId: 'sales', edge: 'nowhere', token: 'value' }, box(style))
  await tag.updateComplete
  const panel = tag.shadowRoot?.querySelector('[part=panel]') as Element
  expect(getComputedStyle(panel)[name as 'visibility']).toBe(value)
})

it('keeps the colour scheme of its theme', async () => {
  const tag = embed({ resourceId: 'sales', edge: 'nowhere', token: 'value', theme: 'dark' })
  await tag.updateComplete
  const panel = tag.shadowRoot?.querySelector('[part=panel]') as Element
  expect(getComputedStyle(panel).colorScheme).toBe('dark')
})

it('sets an English panel from left to right in a page of the other direction, and the page’s own words as the page does', async () => {
  const parent = box('')
  parent.dir = 'rtl'
  const tag = embed({ resourceId: 'sales', token: 'value' }, parent)
  tag.innerHTML = '<p slot="loading">لحظة…</p>'
  await tag.updateComplete
  expect(getComputedStyle(tag.querySelector('p') as Element).direction).toBe('rtl')
  const other = embed({ resourceId: 'sales', token: 'value' }, parent)
  await other.updateComplete
  expect(getComputedStyle(other.shadowRoot?.querySelector('p') as Element).direction).toBe('ltr')
})
