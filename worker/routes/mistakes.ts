import * as v from 'valibot'
import { RefusedRequest } from '../refused-request.ts'
import type { Problem } from '../wire.ts'

/** Most mistakes that a refusal names: it is not to be longer than the request. */
export const MOST_MISTAKES = 100

export type Mistakes = NonNullable<Problem['errors']>

/** A schema of an object that has these fields alone, by itself or with rules between the fields. */
export type FieldsSchema = v.GenericSchema & { entries: v.ObjectEntries }

/** Reads a body by a schema: the body, or every mistake in it. */
export function checked<Schema extends FieldsSchema>(
  schema: Schema,
  raw: object,
): { body: v.InferOutput<Schema> } | { errors: Mistakes } {
  const result = v.safeParse(schema, raw)
  const reserved = reservedNames(raw)
  if (reserved.length === 0 && result.success) return { body: result.output }
  const others = (result.issues ?? []).filter((issue) => !isUnknownField(issue))
  const errors = [...reserved, ...others.map(mistake), ...unknownFields(schema, raw)]
  return { errors: errors.slice(0, MOST_MISTAKES) }
}

/** The refusal of a request for one mistake. */
export function invalid(path: string, message: string): RefusedRequest {
  return new RefusedRequest('invalid_request', { errors: [{ path, message }] })
}

/** A validator's issue as the API tells it. The refused value is never repeated: it may be a secret. */
export function mistake(issue: v.BaseIssue<unknown>): Mistakes[number] {
  const path = v.getDotPath(issue) ?? ''
  if (issue.type === 'strict_object' && issue.expected === 'never') return { path, message: UNKNOWN }
  if (issue.type === 'strict_object' && issue.received === 'undefined')
    return { path, message: 'This field is required.' }
  if (issue.kind === 'schema') {
    return {
      path,
      message: `Expected ${issue.expected ?? 'another value'}, received ${typeName(issue.input)}.`,
    }
  }
  return { path, message: issue.message }
}

const UNKNOWN = 'There is no such field.'

/** Whether an issue is about a field of the object itself that the schema lacks. */
function isUnknownField(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never' && issue.path?.length === 1
}

/** Every field that the schema lacks: the validator names the first alone. */
function unknownFields({ entries }: FieldsSchema, raw: object): Mistakes {
  return Object.keys(raw)
    .filter((path) => !Object.hasOwn(entries, path) && !isReserved(path))
    .map((path) => ({ path, message: UNKNOWN }))
}

/** The kind of a value; never the value, which may be a secret. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/**
 * Keys such as `__proto__` in a body: validators skip them silently, and here nothing is ignored. Two levels are looked
 * at: the deepest that a schema allows is a map of texts, and it refuses anything deeper.
 */
function reservedNames(body: object): Mistakes {
  const mistakes: Mistakes = []
  for (const [key, value] of Object.entries(body)) {
    if (isReserved(key)) mistakes.push({ path: key, message: RESERVED })
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue
    for (const inner of Object.keys(value).filter(isReserved))
      mistakes.push({ path: `${key}.${inner}`, message: RESERVED })
  }
  return mistakes
}

const RESERVED = 'This name is reserved.'

function isReserved(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype'
}
