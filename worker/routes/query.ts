import type { Context } from 'hono'
import * as v from 'valibot'
import { Refused } from '../problems.ts'
import { decode, encode } from '../tokens/base64url.ts'
import type { App } from './app.ts'
import { mistake } from './body.ts'

/** How many items a page has. */
export const limit = v.optional(
  v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, 'Pass a whole number, 1 to 100.'), v.transform(Number)),
  '20',
)

/** Where the page before ended: opaque to callers, the place in the order of creation to us. */
export const cursor = v.optional(
  v.pipe(
    v.string(),
    v.check(isCursor, 'Pass next_cursor of the page before, as it came.'),
    v.transform((text) => placeOf(text)),
  ),
)

export function isCursor(text: string): boolean {
  return placeOf(text) !== undefined
}

export function cursorAt(place: number | null): string | null {
  return place === null ? null : encode(`v1:${place}`)
}

function placeOf(text: string): number | undefined {
  const place = /^v1:(\d{1,15})$/.exec(decoded(text))?.[1]
  return place === undefined ? undefined : Number(place)
}

/** What the cursor holds; empty for what is none. */
function decoded(text: string): string {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(text) || text.length % 4 === 1) return ''
  return new TextDecoder().decode(decode(text))
}

/** The same for lists that are ordered by name. */
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

/** A request's query. What the schema does not know, or what is given twice, is refused. */
export function readQuery<Schema extends v.GenericSchema>(
  c: Context<App>,
  schema: Schema,
): v.InferOutput<Schema> {
  const given = Object.entries(c.req.queries())
  const twice = given.filter(([, values]) => values.length > 1)
  const result = v.safeParse(schema, Object.fromEntries(given.map(([name, values]) => [name, values[0]])))
  const errors = [
    ...twice.map(([path]) => ({ path, message: 'This parameter was given more than once.' })),
    ...(result.issues ?? []).map(mistake),
  ]
  if (errors.length > 0 || !result.success) throw new Refused('invalid_request', { errors })
  return result.output
}
