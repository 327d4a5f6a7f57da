import { type Findings, originOf } from './findings.ts'
import { FINE, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** Judges whether browsers let such a page hold the frame at all. */
export function context({ edge, instance, tokenUrl }: Subject, { page, hello }: Findings): Verdict {
  if (page.origin === 'null' && instance === null)
    return [
      false,
      page.file
        ? 'A file has no origin: serve the page over http, on localhost for a trial.'
        : 'The page has no origin: add allow-same-origin to the sandbox of its frame or of its Content-Security-Policy, and serve it from an address of its own.',
    ]
  // Browsers differ over http on localhost: a frame that said hello was let in.
  const asked = [hello ? undefined : edge, tokenUrl ? originOf(tokenUrl) : undefined]
  const plain = asked.find((origin) => origin?.startsWith('http:'))
  if (plain && page.origin.startsWith('https:')) return [false, `Mixed content: serve ${plain} over https.`]
  if (!page.secure) return [false, 'Insecure: serve the page, and those around it, over https.']
  if (page.embedderPolicy && !hello)
    return [false, 'The page’s Cross-Origin-Embedder-Policy keeps the frame out, except in Chromium.']
  return FINE
}
