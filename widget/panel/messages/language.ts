import { changeSettings } from '../../page-settings.ts'
import { textOf } from '../../text-of.ts'
import { en, type Messages } from './en.ts'
import type { Languages, LanguagesLoader } from './languages.ts'

/** What the panels say at some place of the page, and in which language. */
export interface Words extends Messages {
  /** BCP 47, in lower case. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
}

/** The tag's own languages beside English, which are loaded when a page needs them, unless the tag's script brings them. */
const LOADED = /^(ca|de|es|fr|it|pt)$/
/** Languages that are written from right to left, unless in one of the scripts named here, and scripts that are. */
const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|iw|ps|sd|syr|ug|ur|yi)\b(?!-latn|-deva)|-(arab|hebr)\b/

/** The tag's own languages that are there, and the words that the page registered. */
const shipped = { __proto__: null, en } as unknown as Record<string, Messages>
const registered = { __proto__: null } as unknown as Record<string, Partial<Messages>>
/** The words of languages that were asked for. */
let made: Record<string, Words> = {}

/**
 * Gives the tags of the page words in another language, or other words in one that they have. What is left out, or empty, stays
 * as it is there, else English. `language` is a BCP 47 tag, as `nl` or `pt-BR`.
 * @throws {RangeError} where it is none
 */
export function registerMessages(language: string, messages: Partial<Messages>): void {
  Intl.getCanonicalLocales(language)
  const lang = language.toLowerCase()
  registered[lang] ??= {}
  // Catalogues hold what is not yet translated as nothing or as an empty text.
  for (const [name, text] of Object.entries(messages))
    if (text) registered[lang][name as keyof Messages] = text
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
  for (let tag = textOf(lang).toLowerCase(); tag; tag = tag.replace(/(^|[-_])[^-_]*$/, '')) {
    if (LOADED.test(tag) && !shipped[tag]) void loadLanguages()
    if (shipped[tag] || registered[tag]) return wordsIn(tag)
  }
  return wordsIn('en')
}

function wordsIn(lang: string): Words {
  const dir = RIGHT_TO_LEFT.test(lang) ? 'rtl' : 'ltr'
  made[lang] ??= { ...en, ...shipped[lang], ...registered[lang], lang, dir }
  return made[lang]
}

let load: LanguagesLoader
let asked = false

/** Sets how languages are loaded, and which need not be. */
export function setLanguages(loader: LanguagesLoader, atHand: Languages = {}): void {
  load = loader
  Object.assign(shipped, atHand)
}

async function loadLanguages(): Promise<void> {
  if (asked) return
  asked = true
  try {
    Object.assign(shipped, (await load()).languages)
    changeWords()
  } catch {
    // Tried again only where that may help: a page whose policy refuses it would hear of each try.
    addEventListener('online', () => (asked = false), { once: true })
  }
}

/** Runs `changed` when the `lang` or `dir` of the element, or around it, may have changed, until `signal` aborts. */
export function watchLanguage(element: Element, signal: AbortSignal, changed: () => void): void {
  const observer = new MutationObserver(changed)
  for (let node: Node | undefined = element; node; node = (node as ShadowRoot).host) {
    node = node.getRootNode()
    observer.observe(node, { attributeFilter: ['lang', 'dir'], subtree: true })
  }
  signal.addEventListener('abort', () => observer.disconnect())
}
