/** Load what the tag rarely needs, which bundlers make chunks of their own. */
export function loadDiagnosis(): Promise<typeof import('../diagnosis/diagnosis.ts')> {
  return import('../diagnosis/diagnosis.ts')
}

export function loadExtras(): Promise<typeof import('../panel/extras.ts')> {
  return import('../panel/extras.ts')
}
