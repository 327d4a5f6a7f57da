import * as v from 'valibot'
import { decode, encode } from '../tokens/base64url.ts'

/** Characters of a cursor. */
const LONGEST = 2_000

/** Query parameter `limit`: how many items a page has at most. */
export const limit = v.optional(
  v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, 'Pass a whole number, 1 to 100.'), v.transform(Number)),
  '20',
)

const NO_CURSOR = 'Pass next_cursor of the page before, as it came.'

/**
 * Query parameter `cursor` of a list in the order of creation: the last item of the page before, by what the caller was told
 * of it. Its number in the registry would tell a key for some users how much there is of others. Opaque to callers.
 * @param item what a place in this list looks like. The cursor of another list would get an empty page, as if this one had ended
 */
export const cursorOf = (item: RegExp) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check(isCursor, NO_CURSOR),
      v.transform((text) => itemOf(text) ?? ''),
      v.regex(item, NO_CURSOR),
    ),
  )

export function isCursor(text: string): boolean {
  return itemOf(text) !== undefined
}

/** @param item the id of the last item of the page; null: there are no more */
export function cursorAt(item: string | null): string | null {
  return item === null ? null : encode(`i1:${item}`)
}

function itemOf(text: string): string | undefined {
  return /^i1:(.{1,600})$/s.exec(decoded(text))?.[1]
}

/** What a cursor holds; empty for a text that is no cursor. */
function decoded(text: string): string {
  const bytes = text.length > LONGEST ? undefined : decode(text)
  return bytes ? new TextDecoder().decode(bytes) : ''
}

/** Query parameter `cursor` of lists in the order of names. */
export const nameCursor = v.optional(
  v.pipe(
    v.string(),
    v.check(isNameCursor, NO_CURSOR),
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
