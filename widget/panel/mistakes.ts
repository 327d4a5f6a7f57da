import type { EmbedError } from '../failures.ts'
import type { Lacking } from '../session/mistake-warning.ts'

const NAMES = ['resource-id', 'token-url, tokenProvider or token', 'edge']

const warned = new WeakSet<Element>()

/** Says in the console, once for each tag, what the page has not set, or what is wrong with what it has. */
export function sayMistake(host: Element, lacking: Lacking, error: EmbedError | null): void {
  if (warned.has(host)) return
  warned.add(host)
  const absent = NAMES.filter((_, at) => lacking[at])
  const mistake = absent.length > 0 ? `it lacks ${absent.join(' and ')}` : error?.message
  console.warn(`biuwer-embed: ${mistake}`, host)
}
