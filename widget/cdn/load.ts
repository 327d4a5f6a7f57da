import { defaultEdge } from '../connection/edge-origin.ts'

/** A file beside this version of the tag, and its hash, from the build. */
interface Pinned {
  path: string
  integrity: string
}

declare const DIAGNOSIS: Pinned
declare const LANGUAGES: Pinned

/**
 * Whether the browser checks the hash of a preload, which no Trusted Types policy forbids: Chromium and Firefox do. A
 * trial with a wrong hash would not tell: the edge, against which the hash protects, could make the trial fail.
 */
const PRELOADS_CHECKED = 'trustedTypes' in window && /^(Google Inc\.)?$/.test(navigator.vendor)

let failures = 0

export const loadDiagnosis = (): Promise<typeof import('../diagnosis/diagnosis.ts')> => load(DIAGNOSIS)

export const loadLanguages = (): Promise<typeof import('../panel/messages/languages.ts')> => load(LANGUAGES)

/**
 * Loads a file from the origin that served the tag. A page that pinned the tag by its hash has pinned the file too: the link
 * or script element checks the hash, and the import then takes what the element loaded.
 */
async function load<Module>({ path, integrity }: Pinned): Promise<Module> {
  // Another address after each failure: a page remembers that an address failed for as long as the page lives.
  const address = defaultEdge() + path + (failures ? `?${failures}` : '')
  const element = PRELOADS_CHECKED ? createPreload(address) : createScript(address)
  element.crossOrigin = 'anonymous'
  element.integrity = integrity
  try {
    await new Promise((resolve, reject) => {
      element.onload = resolve
      element.onerror = () => reject(new TypeError(`${address} could not be loaded`))
      document.head.append(element)
    })
    // Firefox fires `load` for a file that it refused, too: then this fails.
    return await import(/* @vite-ignore */ address)
  } catch (error) {
    failures++
    throw error
  } finally {
    element.remove()
  }
}

function createPreload(address: string): HTMLLinkElement {
  const link = document.createElement('link')
  link.rel = 'modulepreload'
  link.href = address
  return link
}

/** For WebKit, which checks no preload's hash. Throws where the page requires Trusted Types. */
function createScript(address: string): HTMLScriptElement {
  const made = document.createElement('script')
  made.type = 'module'
  made.src = address
  return made
}
