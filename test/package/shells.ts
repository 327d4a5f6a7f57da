import { execFileSync } from 'node:child_process'

/** Those of the shells that this machine has. */
export function shellsOf(...names: readonly string[]): string[] {
  return names.filter((name) => {
    try {
      return execFileSync('which', [name]).length > 0
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status === 1) return false
      throw error
    }
  })
}
