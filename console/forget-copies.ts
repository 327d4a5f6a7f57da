import { sharedStorage } from './storage.ts'

/** Milliseconds after which a sign-in waits for the edge no longer. */
const LONGEST = 5_000

/**
 * Lets the browser forget what it keeps of the edge's pages. A tab that was duplicated has a copy of the session storage,
 * with the key, that no script of another tab can reach. What all tabs share stays: the language, and that somebody signed
 * out.
 */
export async function forgetCopies(): Promise<void> {
  const shared = sharedStorage.entries()
  try {
    await fetch('/console/sign-out', { method: 'POST', signal: AbortSignal.timeout(LONGEST) })
  } catch (error) {
    // Without the edge, copies in other tabs count no longer all the same: somebody has signed out since.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error
  }
  for (const [name, value] of shared) putBack(name, value)
}

/** Puts back what the browser forgets, unless another tab has chosen anew. */
function putBack(name: string, value: string): void {
  const kept = sharedStorage.get(name)
  if (kept !== null && kept !== value) return
  // A page may still see what the browser has forgotten by now, and the browser then takes the same value for no change.
  sharedStorage.remove(name)
  sharedStorage.set(name, value)
}
