/** Loads the diagnosis, which bundlers make a chunk of its own. */
export function loadDiagnosis(): Promise<typeof import('../diagnosis/diagnosis.ts')> {
  return import('../diagnosis/diagnosis.ts')
}
