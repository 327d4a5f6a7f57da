import { alarm } from '../clock.ts'
import { defaultEdge } from '../connection/edge-origin.ts'
import type { EmbedError } from '../failures.ts'
import { panelExtras } from '../panel/panel-extras.ts'
import type { SessionHost } from './session-host.ts'

/** Milliseconds after the page has loaded in which its scripts may still set what a tag lacks. */
const GRACE = 2000

/** Whether the page has left out, without which nothing opens: the resource, a source of tokens, an edge. */
export type Lacking = readonly [resource: boolean, source: boolean, edge: boolean]

/** Looks for what the page has not set. */
export function lacking(host: SessionHost, token: string | undefined): Lacking {
  const { resourceId, tokenProvider, tokenUrl, edge, instance } = host
  return [
    !resourceId,
    !(tokenProvider || tokenUrl || token),
    !(edge || defaultEdge() || typeof instance === 'string'),
  ]
}

/**
 * Warns in the console, once for each tag, of a mistake in how the page set the tag up. It does so once the page has loaded and its
 * scripts had time to mend it. `find` gives what lacks then, and why nothing is shown.
 */
export function warnOfMistake(
  host: Element,
  signal: AbortSignal,
  find: () => [lacking: Lacking, error: EmbedError | null],
): void {
  const warn = async () => {
    const [lacking, error] = find()
    if (lacking.includes(true) || error?.code === 'invalid_request')
      (await panelExtras())?.sayMistake(host, lacking, error)
  }
  const wait = () => signal.addEventListener('abort', alarm(GRACE, warn))
  if (document.readyState === 'complete') wait()
  else addEventListener('load', wait, { signal })
}
