/**
 * Keeps Lit from telling the users of this package that its development build is at work, as it does by one warning in
 * test runners and development servers. A host that uses that build itself is told by its own module of Lit. To be imported
 * before Lit. Where Lit's production build is at work, the package has `lit-in-production.ts` in its place.
 */
import type { ReactiveElement } from '@lit/reactive-element'

const { litIssuedWarnings: issued = new Set<string>() } = globalThis
const isNew = !issued.has('dev-mode')
globalThis.litIssuedWarnings = issued.add('dev-mode')

/** Ends that. To be called with the element's class once Lit's module has run, which warns a microtask later. */
export function endQuiet(element: typeof ReactiveElement): void {
  if (isNew) queueMicrotask(() => issued.delete('dev-mode'))
  // Lit would warn where a frame has loaded before the update that inserted it ends.
  Object.assign(element, { enabledWarnings: [] })
}

declare global {
  /** What Lit's development build has warned of, by codes and whole texts. */
  var litIssuedWarnings: Set<string> | undefined
}
