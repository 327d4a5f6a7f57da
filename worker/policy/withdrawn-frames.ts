/**
 * Versions of the frame's document that may open nothing any more, because of a fault in them. Browsers keep such a document
 * for a year: it asks the edge before each session, and reloads itself where its version is listed here. `dist/frame.json`
 * names the version of the present one.
 */
export const WITHDRAWN_FRAMES: ReadonlySet<string> = new Set<string>()
