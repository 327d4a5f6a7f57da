import type { Words } from '../messages/words.ts'

type Codes = Words['refusals']['codes']

/** The codes that the console explains. */
export const CODES = (words: Words) => Object.keys(words.refusals.codes) as (keyof Codes)[]

/** Why a dashboard did not open, and what to do; undefined for a code that a newer service may have brought. */
export function reasonOf({ refusals }: Words, code: string): { why: string; remedy: string } | undefined {
  return Object.hasOwn(refusals.codes, code) ? refusals.codes[code as keyof Codes] : undefined
}
