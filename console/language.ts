import { en } from './messages/en.ts'
import { es } from './messages/es.ts'
import type { Words } from './messages/words.ts'
import { sharedStorage } from './storage.ts'

export const LANGUAGES = { en, es } satisfies Record<string, Words>
export type Language = keyof typeof LANGUAGES

const STORED = 'biuwer-embed:language'

/** The language that the person chose; else the first of the browser's languages that the console has; else English. */
export function preferredLanguage(): Language {
  const wanted = [sharedStorage.get(STORED), ...navigator.languages.map((tag) => tag.split('-')[0])]
  return wanted.find(isLanguage) ?? 'en'
}

export function preferLanguage(language: Language): void {
  sharedStorage.set(STORED, language)
}

export function isLanguage(name: string | null | undefined): name is Language {
  return name !== null && name !== undefined && Object.hasOwn(LANGUAGES, name)
}
