import type { Context } from 'hono'
import * as v from 'valibot'
import { Refused } from '../problems.ts'
import type { Problem } from '../wire.ts'
import type { App } from './app.ts'

const LARGEST = 64 * 1024
/** A refusal names so many mistakes at most: it is not to be longer than what was asked. */
export const MOST_MISTAKES = 100

export type Mistakes = NonNullable<Problem['errors']>

/**
 * A request's JSON body as the schema reads it. No body counts as `{}`.
 * @param read how its text is read; default: `readText`
 */
export async function readJson<Schema extends v.GenericSchema>(
  c: Context<App>,
  schema: Schema,
  read: (request: Request) => Promise<string> = readText,
): Promise<{ body: v.InferOutput<Schema> }> {
  const given = checked(schema, await readObject(c, read))
  if ('errors' in given) throw new Refused('invalid_request', given)
  return given
}

/** A request's JSON body, as an object of whatever it holds. */
export async function readObject(c: Context<App>, read = readText): Promise<object> {
  const text = await read(c.req.raw)
  if (text !== '' && !/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new Refused('unsupported_media_type')
  }
  const raw = text === '' ? {} : parseJson(text)
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw invalid('', `The body has to be a JSON object, not ${typeName(raw)}.`)
  }
  return raw
}

/** A body as the schema reads it, or what is wrong with it. */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  raw: object,
): { body: v.InferOutput<Schema> } | { errors: Mistakes } {
  const result = v.safeParse(schema, raw)
  const errors = [...reservedNames(raw), ...(result.issues ?? []).map(mistake)]
  if (errors.length === 0 && result.success) return { body: result.output }
  return { errors: errors.slice(0, MOST_MISTAKES) }
}

export function invalid(path: string, message: string): Refused {
  return new Refused('invalid_request', { errors: [{ path, message }] })
}

/**
 * The same as `readText` at half the cost, for a body without free text: what was no UTF-8 comes as U+FFFD, which none
 * of its fields takes.
 */
export async function readPlainText(request: Request): Promise<string> {
  // Of what is not said to be text, workerd would warn.
  const isText = request.headers.get('content-type')?.startsWith('application/json')
  return isText && isAnnounced(request, LARGEST) ? request.text().catch(brokenOff) : readText(request)
}

/** A body as UTF-8, of 64 KiB at most unless told. */
export async function readText(request: Request, largest = LARGEST): Promise<string> {
  if (isAnnounced(request, largest)) return utf8(await request.arrayBuffer().catch(brokenOff))
  if (!request.body) return ''
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read().catch(brokenOff)
    if (done) break
    size += value.byteLength
    if (size > largest) {
      await reader.cancel()
      reader.releaseLock()
      throw new Refused('payload_too_large')
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return utf8(bytes)
}

/** Whether it says how long it is: no more comes than was announced, and it can be read at once, for a fraction. */
function isAnnounced(request: Request, largest: number): boolean {
  const announced = request.headers.get('content-length')
  return announced !== null && Number(announced) <= largest
}

/** Whoever sends a body may go away within it: no fault of ours, and nobody is left to read the answer. */
function brokenOff(): never {
  throw invalid('', 'The body broke off.')
}

function utf8(bytes: ArrayBuffer | Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw invalid('', 'The body is not UTF-8.')
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the body, which may hold a secret.
    throw invalid('', 'The body is not JSON.')
  }
}

export function mistake(issue: v.BaseIssue<unknown>): Mistakes[number] {
  const path = v.getDotPath(issue) ?? ''
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return { path, message: 'There is no such field.' }
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

/** What kind of value came; never the value, which may be a secret. */
function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/**
 * Keys such as `__proto__`: validators skip them silently, and here nothing is ignored. No body has more than maps
 * of texts in it: what is deeper, its schema refuses without looking into it.
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
