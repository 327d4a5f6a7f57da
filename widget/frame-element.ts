/** Of the frame document's contents, from the build: its address changes with it, so that it may be kept for long. */
declare const FRAME_VERSION: string

/** The iframe of the edge's frame document, whose address holds no secret and is cached for long. */
export function createFrame(edge: string): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  frame.setAttribute('part', 'frame')
  // Never top navigation. What Biuwer's page may do, its frame inside this one must be allowed here too.
  frame.sandbox.value =
    'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals'
  frame.allow = 'fullscreen; clipboard-write'
  // The edge allows or refuses this page by its origin.
  frame.referrerPolicy = 'strict-origin'
  frame.src = `${edge}/v1/frame?v=${FRAME_VERSION}`
  return frame
}
