/** Load what the tag rarely needs, which bundlers make chunks of their own. */
export function loadDiagnosis(): Promise<typeof import('../diagnosis/diagnosis.ts')> {
  return import('../diagnosis/diagnosis.ts')
}

export function loadLanguages(): Promise<typeof import('./languages.ts')> {
  return import('./languages.ts')
}
