/**
 * The text that the page has set, without white space round it; empty where it set none. Templates leave line breaks in attributes,
 * and frameworks hand over numbers.
 */
export function textOf(given: unknown): string {
  return `${given ?? ''}`.trim()
}
