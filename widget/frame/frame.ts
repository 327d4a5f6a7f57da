import { given } from './document.ts'
import type { Hello, Welcome } from './protocol.ts'
import { serve } from './session.ts'
import { showTrial } from './share-page.ts'

addEventListener('message', function take({ data, origin, ports, source }: MessageEvent<Welcome>) {
  const [port] = ports
  // The embedding page alone, and once: whoever holds the port holds the session.
  if (source !== parent || data?.type !== 'biuwer-embed:port' || !port) return
  removeEventListener('message', take)
  serve(port, origin)
})

// Before the hello, with which the tag looks.
if (given('exposed-frames') === 'refuse') showTrial()
parent.postMessage({ type: 'biuwer-embed:hello' } satisfies Hello, '*')
