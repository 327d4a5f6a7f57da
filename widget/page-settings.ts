/** Dispatches `change` when a script of the page has set what holds for all tags: the edge, who gets tokens, words. */
export const pageSettings = new EventTarget()

export function changeSettings(): void {
  pageSettings.dispatchEvent(new Event('change'))
}
