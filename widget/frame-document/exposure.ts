import { given } from './settings.ts'

/**
 * Whether scripts of the pages around this frame can get hold of its child windows, the closed shadow root
 * notwithstanding. Gecko gives such handles to pages of other processes, and runs a page of another site in one.
 */
export function isExposed(): boolean {
  if (parent === self || !('mozInnerScreenX' in self)) return false
  return given('embedded-from') === 'other' || isListed() || !areAncestorsOfOneOrigin()
}

/** The tag's frame stands in a shadow tree, and the page's window lists it only if it is of another process. */
function isListed(): boolean {
  for (let at = 0; at < parent.length; at++) if (parent[at] === self) return true
  return false
}

/** The header behind `embedded-from` tells of the nearest page alone: those around it have to be of its origin. */
function areAncestorsOfOneOrigin(): boolean {
  if (parent === top) return true
  // Older versions don't tell, and a page that wants no Referer is told of as "null".
  const origins = new Set(location.ancestorOrigins ?? [])
  return origins.size === 1 && !origins.has('null')
}
