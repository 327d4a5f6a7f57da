import { en, type Messages } from './en.ts'
import { es } from './es.ts'

export type Language = 'en' | 'es'

export const MESSAGES: Record<Language, Messages> = { en, es }

/** The language to speak in at `element`: its own `lang` or the closest ancestor's, through shadow roots. */
export function languageOf(element: Element): Language {
  const marked = element.closest<HTMLElement>('[lang]')
  if (marked) return /^es\b/i.test(marked.lang) ? 'es' : 'en'
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? languageOf(root.host) : 'en'
}
