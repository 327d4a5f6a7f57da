/** From the build: the address of the diagnosis beside this version of the tag, and its hash. */
declare const DIAGNOSIS: { path: string; integrity: string }

import { defaultEdge } from '../connection/edge-origin.ts'

/**
 * Chromium and Firefox check the hash of a preload, which no Trusted Types policy forbids. Not a trial by a wrong
 * hash: the edge, against which the hash stands, could fail it on purpose.
 */
const PRELOADS_CHECKED = 'trustedTypes' in window && /^(Google Inc\.)?$/.test(navigator.vendor)

let failures = 0

/**
 * Stands in for the package's loader in the CDN's scripts: the diagnosis is a file of its own at the origin
 * that served the tag. A page that pinned the tag by its hash has pinned this too: the element checks it, and the
 * import then takes what the element loaded.
 */
export async function loadDiagnosis(): Promise<typeof import('../diagnosis/diagnose.ts')> {
  // A page keeps the failure of an address as long as it lives.
  const address = defaultEdge() + DIAGNOSIS.path + (failures ? `?${failures}` : '')
  const element = PRELOADS_CHECKED ? preload(address) : script(address)
  element.crossOrigin = 'anonymous'
  element.integrity = DIAGNOSIS.integrity
  try {
    await new Promise((resolve, reject) => {
      element.onload = resolve
      element.onerror = () => reject(new TypeError(`${address} could not be loaded`))
      document.head.append(element)
    })
    // Fails where Firefox has fired `load` for a file that it did not take.
    return await import(/* @vite-ignore */ address)
  } catch (error) {
    failures++
    throw error
  } finally {
    element.remove()
  }
}

function preload(address: string): HTMLLinkElement {
  const link = document.createElement('link')
  link.rel = 'modulepreload'
  link.href = address
  return link
}

/** WebKit checks no preload's hash. Where the page requires Trusted Types, this throws. */
function script(address: string): HTMLScriptElement {
  const made = document.createElement('script')
  made.type = 'module'
  made.src = address
  return made
}
