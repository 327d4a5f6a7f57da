/** The diagnosis, which few page views need: a chunk of its own. The CDN's scripts take theirs from the edge. */
export function loadDiagnosis(): Promise<typeof import('./diagnosis/diagnose.ts')> {
  return import('./diagnosis/diagnose.ts')
}
