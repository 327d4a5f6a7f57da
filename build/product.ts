/** What every build needs to know of the product, and where it puts what it makes. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What the edge serves without the worker. */
export const CDN = `${ROOT}dist/cdn`
/** The npm package. */
export const PACKAGE = `${ROOT}dist/package`

export const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
export const VERSION: string = manifest.version

/** Constants that a build writes into the tag, as Vite's `define` takes them. */
export function constants(values: Record<string, unknown>): Record<string, string> {
  const all = { PRODUCT_VERSION: VERSION, ...values }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, JSON.stringify(value)]))
}
