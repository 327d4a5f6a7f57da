/** From the build: the address of the diagnosis beside this version of the tag, and its hash. */
declare const DIAGNOSIS: { path: string; integrity: string }

import { defaultEdge } from '../edge.ts'

/**
 * Stands in for the package's loader in the CDN's scripts: the diagnosis is a file of its own at the origin
 * that served the tag. A page that pinned the tag by its hash has pinned this too: the preload checks it,
 * and the import then takes what was preloaded.
 */
export async function loadDiagnosis(): Promise<typeof import('../diagnosis/diagnose.ts')> {
  const preload = document.createElement('link')
  preload.rel = 'modulepreload'
  preload.crossOrigin = 'anonymous'
  preload.integrity = DIAGNOSIS.integrity
  preload.href = defaultEdge() + DIAGNOSIS.path
  await new Promise((resolve, reject) => {
    preload.onload = resolve
    preload.onerror = () => reject(new TypeError(`${preload.href} could not be loaded`))
    document.head.append(preload)
  }).finally(() => preload.remove())
  return import(/* @vite-ignore */ preload.href)
}
