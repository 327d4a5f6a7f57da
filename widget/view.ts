export type View = Window & typeof globalThis

/**
 * Returns the window of a document. The tag's own code may run in another one: a page can move an element into the document of
 * a frame, or of a window that it opened.
 */
export function viewOf({ defaultView }: Document): View {
  // None has a document that is not shown.
  return defaultView ?? self
}
