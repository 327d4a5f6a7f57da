import { en, type Messages } from './en.ts'
import { es } from './es.ts'

/** All languages. Each is a module beside this one, and a name here. */
const MESSAGES = { en, es } satisfies Record<string, Messages>

export type Language = keyof typeof MESSAGES

/** Returns the language at `element`: its own `lang`, or the closest one around it, through shadow roots. */
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
