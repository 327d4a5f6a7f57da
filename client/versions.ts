import type { ChangeOptions } from './transport.ts'

export interface VersionedChangeOptions extends ChangeOptions {
  /** The `version` that the change was decided on: `precondition_failed` where it has changed since. */
  ifVersion?: number
}

/** The headers by which the edge tells whether a change was decided on what there is. */
export function ifMatch(version: number | undefined): Record<string, string> {
  return version === undefined ? {} : { 'If-Match': `"${version}"` }
}
