import { en, type Messages } from './en.ts'
import { es } from './es.ts'

export type Language = 'en' | 'es'

export const MESSAGES: Record<Language, Messages> = { en, es }

/** The language to speak in at `element`: its own `lang`, the closest ancestor's or the page's. */
export function languageOf(element: Element): Language {
  const { lang } = element.closest<HTMLElement>('[lang]') ?? document.documentElement
  return /^es\b/i.test(lang) ? 'es' : 'en'
}
