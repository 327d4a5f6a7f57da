import { chosenLanguage, preferLanguage } from './language.ts'

/**
 * Lets the browser forget what it keeps of the edge's pages. A tab that was duplicated has a copy of the session storage,
 * with the key, that no script of another tab can reach. The language that the person chose is kept.
 */
export async function forgetCopies(): Promise<void> {
  const language = chosenLanguage()
  try {
    await fetch('/console/sign-out', { method: 'POST' })
  } catch (error) {
    // Without the edge, copies in other tabs stay until those are closed. This tab has forgotten the key already.
    if (!(error instanceof TypeError)) throw error
  }
  if (language) preferLanguage(language)
}
