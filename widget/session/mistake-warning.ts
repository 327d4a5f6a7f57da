import { alarm } from '../clock.ts'
import { defaultEdge } from '../connection/edge-origin.ts'
import type { EmbedError } from '../failures.ts'
import { textOf } from '../text-of.ts'
import type { SessionHost } from './session-host.ts'
import { sourceOf } from './token-source.ts'

/** Milliseconds after the page has loaded in which its scripts may still set what a tag lacks. */
const GRACE = 2000

const warned = new WeakSet<Element>()

/** Says what the page has not set, without which nothing opens; empty where nothing lacks. */
export function lacking(host: SessionHost, token: string | undefined): string {
  const { resourceId, edge, instance } = host
  const absent = [
    !textOf(resourceId) && 'resource-id',
    !(sourceOf(host) || token) && 'token-url, tokenProvider or token',
    !(edge || defaultEdge() || typeof instance === 'string') && 'edge',
  ]
    .filter(Boolean)
    .join(' and ')
  return absent && `it lacks ${absent}`
}

/** Says what is wrong with what the page has set; empty where that is not why nothing is shown. */
export function mistakeIn(error: EmbedError | null): string {
  return error?.code === 'invalid_request' ? error.message : ''
}

/**
 * Warns in the console, once for each tag, of the mistake that `find` finds, if any, in how the page set the tag up. It does so
 * once the page has loaded and its scripts had time to mend it.
 */
export function warnOfMistake(host: Element, signal: AbortSignal, find: () => string): void {
  const wait = () => {
    const stop = alarm(GRACE, () => {
      const mistake = find()
      if (!mistake || warned.has(host)) return
      warned.add(host)
      console.warn(`biuwer-embed: ${mistake}`, host)
    })
    signal.addEventListener('abort', stop)
  }
  if (document.readyState === 'complete') wait()
  else addEventListener('load', wait, { signal })
}
