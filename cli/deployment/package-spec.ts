import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { shippedPath, VERSION } from '../shipped.ts'

/**
 * What a folder's `package.json` says of this package: a range of versions; or the tarball that npm installed it from, where that
 * was not a registry.
 */
export function packageSpec(): string {
  const modules = dirname(shippedPath('.'))
  const from = installedFrom(modules)
  if (!from?.startsWith('file:')) return `^${VERSION}`
  return `file:${resolve(dirname(modules), from.slice('file:'.length))}`
}

function installedFrom(modules: string): string | undefined {
  try {
    const lock = JSON.parse(readFileSync(resolve(modules, '.package-lock.json'), 'utf8'))
    return lock.packages['node_modules/biuwer-embed']?.resolved
  } catch (error) {
    // Other package managers and the repository have no such file.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
