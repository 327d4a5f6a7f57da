import { en, type Messages } from './en.ts'
import { es } from './es.ts'

/** A language is one module beside this one, and its name here. */
const MESSAGES = { en, es } satisfies Record<string, Messages>

export type Language = keyof typeof MESSAGES

/** The language at `element`: its own `lang`, or the closest one around it, through shadow roots. */
export function languageOf(element: Element): Language {
  const { lang } = element.closest<HTMLElement>('[lang]') ?? {}
  const root = element.getRootNode()
  if (lang === undefined && root instanceof ShadowRoot) return languageOf(root.host)
  const [language = ''] = (lang ?? '').toLowerCase().split('-')
  return Object.hasOwn(MESSAGES, language) ? (language as Language) : 'en'
}

export function messagesIn(language: Language): Messages {
  return MESSAGES[language]
}
