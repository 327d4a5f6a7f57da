import type { Words } from '../messages/words.ts'

type Codes = Words['refusals']['codes']

/** Why a dashboard did not open, and what to do; undefined for a code that a newer service may have brought. */
export function reasonOf({ refusals }: Words, code: string): { why: string; remedy: string } | undefined {
  return Object.hasOwn(refusals.codes, code) ? refusals.codes[code as keyof Codes] : undefined
}
