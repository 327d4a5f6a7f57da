import { setting } from './settings.ts'

/**
 * Tells whether scripts of the pages around this frame can get hold of its child windows despite the closed shadow root.
 * Gecko gives such handles to pages of other processes, and runs a page of another site in another process.
 */
export function isExposed(): boolean {
  if (parent === self || !('mozInnerScreenX' in self)) return false
  return setting('embedded-from') === 'other' || isListed() || !areAncestorsOfOneOrigin()
}

/** The tag's frame stands in a shadow tree, and the page's window lists it only if it is of another process. */
function isListed(): boolean {
  for (let at = 0; at < parent.length; at++) if (parent[at] === self) return true
  return false
}

/** The worker knows the origin of the nearest page alone, and judged that: the pages around it have to be of its origin. */
function areAncestorsOfOneOrigin(): boolean {
  if (parent === top) return true
  // Older versions have no such list, and a page that sends no Referer is listed as "null".
  const origins = new Set(location.ancestorOrigins)
  return origins.size === 1 && !origins.has('null')
}
