/** The versions of a record or a signer that a change was decided on; null: any. */
export type SeenVersions = readonly number[] | null

/** Whether a change may be made: what it concerns is as the caller has seen it. */
export function isSeen({ version }: { version: number }, seen: SeenVersions): boolean {
  return seen === null || seen.includes(version)
}
