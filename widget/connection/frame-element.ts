import type { View } from '../view.ts'

/**
 * Version of the frame's document, with a hash of its script, from the build. It is in the document's address, which so
 * changes with the document and can be cached for a year.
 */
declare const FRAME_VERSION: string

/**
 * Returns the address of the edge's document for the frame; it holds no secret. A page that is itself in a frame asks
 * without the version, so that the answer is not cached: the edge can't see whether the pages above may frame it too.
 */
export function frameUrl(edge: string, view: View): string {
  return `${edge}/v1/frame${view === view.top ? `?v=${FRAME_VERSION}` : ''}`
}

/** Makes an iframe for the edge's document or, without an address, for Biuwer's own page, which is of `origin`. */
export function createFrame(document: Document, origin: string, src?: string): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  // As attributes: jsdom has no properties for them.
  frame.setAttribute('part', 'frame')
  // Never top navigation. What Biuwer's page may do, its frame inside this one must be allowed here too.
  frame.setAttribute(
    'sandbox',
    'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals',
  )
  // By name: without an address, as in manual integration, both would go to the page's own origin.
  frame.allow = `fullscreen ${origin}; clipboard-write ${origin}`
  // The edge allows or refuses this page by its origin.
  frame.referrerPolicy = 'strict-origin'
  if (src) frame.src = src
  return frame
}
