import { changeSettings } from '../../page-settings.ts'
import { panelExtras } from '../panel-extras.ts'
import { en, type Messages } from './en.ts'
import { es } from './es.ts'

/** What the panels say at some place of the page, and in which language. */
export interface Words extends Messages {
  /** BCP 47, in lower case. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
}

/** Languages that are loaded when a page needs them. */
const LOADED = /^(ca|de|fr|it|pt)$/
/** Scripts that run from right to left. */
const RIGHT_TO_LEFT = /Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa/

/** The tag's own languages that are there, and the words that the page registered. */
let shipped: Record<string, Messages> = { en, es }
let registered: Record<string, Partial<Messages>> = {}
/** The words of languages that were asked for. */
let made: Record<string, Words> = {}

/**
 * Gives the tags of the page words in another language, or other words in one that they have. What is left out stays as it is
 * there, else English. `language` is a BCP 47 tag, as `nl` or `pt-BR`.
 * @throws {RangeError} where it is none
 */
export function registerMessages(language: string, messages: Partial<Messages>): void {
  const { baseName } = new Intl.Locale(language)
  const lang = baseName.toLowerCase()
  registered = { ...registered, [lang]: { ...registered[lang], ...messages } }
  changeWords()
}

function changeWords(): void {
  made = {}
  changeSettings()
}

/**
 * Returns the words for `element`, in the language of its own `lang` or of the closest one around it, through shadow roots.
 * Until a language that has to be loaded has come, they are English. The object is another one only where the words are.
 */
export function wordsAt(element: Element): Words {
  const { lang } = element.closest<HTMLElement>('[lang]') ?? {}
  const root = element.getRootNode()
  // Not by class: the root may be of another window.
  if (lang === undefined && 'host' in root) return wordsAt((root as ShadowRoot).host)
  // Of `pt-BR` first itself, then `pt`.
  for (let tag = `${lang ?? ''}`.toLowerCase(); tag; tag = tag.replace(/(^|[-_])[^-_]*$/, '')) {
    if (LOADED.test(tag) && !shipped[tag]) void loadLanguages()
    if (Object.hasOwn({ ...shipped, ...registered }, tag)) return wordsIn(tag)
  }
  return wordsIn('en')
}

function wordsIn(lang: string): Words {
  const { script = '' } = new Intl.Locale(lang).maximize()
  const dir = RIGHT_TO_LEFT.test(script) ? 'rtl' : 'ltr'
  made[lang] ??= { ...en, ...shipped[lang], ...registered[lang], lang, dir }
  return made[lang]
}

async function loadLanguages(): Promise<void> {
  const extras = await panelExtras()
  if (!extras || shipped.fr) return
  shipped = { ...shipped, ...extras.languages }
  changeWords()
}

/** Runs `changed` when the `lang` of the element, or around it, may have changed, until `signal` aborts. */
export function watchLanguage(element: Element, signal: AbortSignal, changed: () => void): void {
  const observer = new MutationObserver(changed)
  for (let node: Node | undefined = element; node; node = (node as ShadowRoot).host) {
    node = node.getRootNode()
    observer.observe(node, { attributeFilter: ['lang'], subtree: true })
  }
  signal.addEventListener('abort', () => observer.disconnect())
}
