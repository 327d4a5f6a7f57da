import { afterEach, beforeEach, expect, it } from 'vitest'
import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import { en } from '../../widget/panel/messages/en.ts'
import { es } from '../../widget/panel/messages/es.ts'
import { registerMessages, wordsAt } from '../../widget/panel/messages/language.ts'
import { languages } from '../../widget/panel/messages/languages.ts'
import { embed, frameOf, opened, removeAll } from './stand-in.ts'

let section: HTMLElement

beforeEach(() => {
  section = document.body.appendChild(document.createElement('section'))
})
afterEach(async () => {
  await removeAll()
  section.remove()
  document.documentElement.lang = 'en'
})

/** A tag that is loading, where the page speaks this language. */
async function loadingIn(lang: string, parent: Element = section): Promise<BiuwerEmbedElement> {
  section.lang = lang
  const tag = embed({ resourceId: 'sales', tokenProvider: () => new Promise(() => {}) }, parent)
  await tag.updateComplete
  return tag
}

const panelOf = (tag: Element) => tag.shadowRoot?.querySelector<HTMLElement>('[part=panel]') ?? undefined
const said = (tag: Element) => panelOf(tag)?.textContent

/** Until the tag says this. */
async function says(tag: BiuwerEmbedElement, words: string): Promise<void> {
  await expect.poll(() => said(tag)).toBe(words)
}

it.each(Object.entries({ ...languages, es }))(
  'has all words in %s, and none of them in English',
  (_, words) => {
    expect(Object.keys(words)).toEqual(Object.keys(en))
    for (const [key, text] of Object.entries(words)) {
      expect(text, key).toBeTruthy()
      expect(text, key).not.toBe(en[key as keyof typeof en])
    }
  },
)

it.each([
  ['es-MX', es],
  ['ES', es],
  ['pt-BR', languages.pt],
  ['ca', languages.ca],
  ['de_AT', languages.de],
  ['fr-Latn-CA', languages.fr],
  ['it', languages.it],
  ['en-GB', en],
  ['ja', en],
  ['constructor', en],
  ['', en],
])('speaks the language of a page in %s', async (lang, words) => {
  const tag = await loadingIn(lang)
  await says(tag, words?.loading ?? '')
  await expect.poll(() => frameOf(tag).title).toBe(words?.label)
})

it('speaks its own language before that of the page', async () => {
  const tag = await loadingIn('es')
  tag.lang = 'en'
  await says(tag, en.loading)
  expect(panelOf(tag)?.lang).toBe('en')
})

it('follows the language of the page', async () => {
  document.documentElement.lang = 'es'
  section.removeAttribute('lang')
  const tag = embed({ resourceId: 'sales', tokenProvider: () => new Promise(() => {}) }, section)
  await tag.updateComplete
  expect(said(tag)).toBe(es.loading)
  document.documentElement.lang = 'en'
  await says(tag, en.loading)
  section.lang = 'es'
  await says(tag, es.loading)
  section.removeAttribute('lang')
  await says(tag, en.loading)
  document.documentElement.removeAttribute('lang')
  section.lang = 'fr'
  await says(tag, languages.fr?.loading ?? '')
})

it('follows the language around the shadow roots that it is in', async () => {
  const outer = section.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' })
  const inner = outer.appendChild(document.createElement('div'))
  const tag = await loadingIn(
    'es',
    inner.attachShadow({ mode: 'open' }).appendChild(document.createElement('p')),
  )
  expect(said(tag)).toBe(es.loading)
  inner.lang = 'en'
  await says(tag, en.loading)
  inner.removeAttribute('lang')
  section.lang = 'en-US'
  inner.lang = 'es'
  await says(tag, es.loading)
})

it('follows no language any more once it has left the page', async () => {
  const tag = await loadingIn('es')
  const title = frameOf(tag).title
  const frame = frameOf(tag)
  tag.remove()
  section.lang = 'en'
  await tag.updateComplete
  expect(frame.title).toBe(title)
})

it('names the frame of an open dashboard in the page’s new language', async () => {
  const { tag, inside } = await opened({ token: 'renamed' })
  document.documentElement.lang = 'es'
  await expect.poll(() => inside.frame.title).toBe(es.label)
  expect(tag.state).toBe('ready')
  expect(frameOf(tag)).toBe(inside.frame)
})

it('takes words of the page, in whatever language, and leaves its own for what they leave out', async () => {
  const tag = await loadingIn('nl-BE')
  expect(said(tag)).toBe(en.loading)
  registerMessages('nl', { loading: 'Dashboard laden…' })
  await says(tag, 'Dashboard laden…')
  expect(panelOf(tag)?.lang).toBe('nl')
  expect(frameOf(tag).title).toBe(en.label)
  registerMessages('nl-BE', { label: 'Biuwer in België' })
  await expect.poll(() => frameOf(tag).title).toBe('Biuwer in België')
  registerMessages('es', { loading: 'Un momento…' })
  section.lang = 'es'
  await says(tag, 'Un momento…')
  expect(frameOf(tag).title).toBe(es.label)
  registerMessages('de', { loading: 'Moment…' })
  section.lang = 'de'
  await says(tag, 'Moment…')
  await expect.poll(() => frameOf(tag).title).toBe(languages.de?.label)
})

it.each([undefined, null, ''])(
  'takes %j for no words, as catalogues have it for what is not translated',
  async (text) => {
    registerMessages('sv', { loading: text as never, label: 'Översikt' })
    const tag = await loadingIn('sv')
    expect(said(tag)).toBe(en.loading)
    expect(frameOf(tag).title).toBe('Översikt')
  },
)

it.each(['iw', 'tl', 'sh', 'pt-br'])('finds words under the name that the page has for %s', (language) => {
  registerMessages(language, { loading: language })
  section.lang = language
  expect(wordsAt(section).loading).toBe(language)
})

it.each([
  ['ar-EG', 'rtl'],
  ['ckb', 'rtl'],
  ['yi', 'rtl'],
  ['az-Arab-IR', 'rtl'],
  ['pa-Arab', 'rtl'],
  ['ar-Latn', 'ltr'],
  ['ur-Latn-PK', 'ltr'],
  ['sd-Deva', 'ltr'],
  ['arn', 'ltr'],
  ['az', 'ltr'],
])('sets words in %s %s', (language, direction) => {
  registerMessages(language, { loading: language })
  section.lang = language
  expect(wordsAt(section).dir).toBe(direction)
})

it('takes no words in what is no language', () => {
  expect(() => registerMessages('no language', {})).toThrow(RangeError)
})

it('sets its own words in the direction of their language, and leaves the page’s own in that of the page', async () => {
  section.dir = 'rtl'
  const tag = await loadingIn('fa')
  const message = () => tag.shadowRoot?.querySelector('[part=message]') as Element
  const direction = (element: Element | undefined) => element && getComputedStyle(element).direction
  expect(direction(panelOf(tag))).toBe('ltr')
  expect(direction(message())).toBe('ltr')
  const own = document.createElement('p')
  own.slot = 'loading'
  tag.append(own)
  expect(direction(own)).toBe('rtl')
  section.dir = 'ltr'
  await expect.poll(() => direction(own)).toBe('ltr')
  section.dir = 'rtl'
  await expect.poll(() => direction(own)).toBe('rtl')
  own.remove()
  registerMessages('fa', { loading: 'در حال بارگذاری…' })
  await says(tag, 'در حال بارگذاری…')
  expect(direction(panelOf(tag))).toBe('rtl')
  section.dir = 'ltr'
  expect(direction(message())).toBe('rtl')
})

it('makes no panel anew where the words stay the same', async () => {
  const tag = await loadingIn('es')
  const panel = panelOf(tag)
  expect(wordsAt(tag)).toBe(wordsAt(section))
  section.lang = 'es-MX'
  tag.requestUpdate()
  await tag.updateComplete
  expect(panelOf(tag)).toBe(panel)
})
