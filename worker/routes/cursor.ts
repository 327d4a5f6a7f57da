import * as v from 'valibot'
import { decode, encode } from '../tokens/base64url.ts'

/** Query parameter `limit`: how many items a page has at most. */
export const limit = v.optional(
  v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, 'Pass a whole number, 1 to 100.'), v.transform(Number)),
  '20',
)

/** Query parameter `cursor` of lists in the order of creation: where the page before ended. Opaque to callers. */
export const cursor = v.optional(
  v.pipe(
    v.string(),
    v.check(isCursor, 'Pass next_cursor of the page before, as it came.'),
    v.transform((text) => seqOf(text)),
  ),
)

export function isCursor(text: string): boolean {
  return seqOf(text) !== undefined
}

export function cursorAt(seq: number | null): string | null {
  return seq === null ? null : encode(`v1:${seq}`)
}

function seqOf(text: string): number | undefined {
  const seq = /^v1:(\d{1,15})$/.exec(decoded(text))?.[1]
  return seq === undefined ? undefined : Number(seq)
}

/** What a cursor holds; empty for a text that is no cursor. */
function decoded(text: string): string {
  const bytes = text.length > 200 ? undefined : decode(text)
  return bytes ? new TextDecoder().decode(bytes) : ''
}

/** Query parameter `cursor` of lists in the order of names. */
export const nameCursor = v.optional(
  v.pipe(
    v.string(),
    v.check(isNameCursor, 'Pass next_cursor of the page before, as it came.'),
    v.transform((text) => nameOf(text)),
  ),
)

export function isNameCursor(text: string): boolean {
  return nameOf(text) !== undefined
}

export function cursorAtName(name: string | null): string | null {
  return name === null ? null : encode(`n1:${name}`)
}

function nameOf(text: string): string | undefined {
  return /^n1:([!-~]{1,128})$/.exec(decoded(text))?.[1]
}
