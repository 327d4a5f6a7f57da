import type { Hello, Welcome } from './protocol.ts'
import { serve } from './session.ts'
import { setting } from './settings.ts'
import { showTrial } from './share-page.ts'

/** The page that shows this document in a frame, or that opened it in a window of its own. */
const host: Window | null = parent === self ? opener : parent

addEventListener('message', function take({ data, origin, ports, source }: MessageEvent<Welcome>) {
  const [port] = ports
  // From that page alone, and once: whoever holds the port holds the session. A tag that was taken into the document of a frame, or
  // of a window that the page opened, still speaks from the window around or behind it, which is of the same origin.
  const isBehind = source && (source === host?.opener || source === host?.parent)
  const isHost = source === host || (isBehind && origin === location.ancestorOrigins?.[0])
  if (!isHost || data?.type !== 'biuwer-embed:port' || !port) return
  removeEventListener('message', take)
  serve(port, origin)
})

// Before the hello: the tag looks for the trial as soon as it hears that.
if (parent !== self && setting('exposed-frames') === 'refuse') showTrial()
host?.postMessage({ type: 'biuwer-embed:hello' } satisfies Hello, '*')
