import type { Context } from 'hono'
import type * as v from 'valibot'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'
import { checked, type FieldsSchema, invalid, typeName } from './mistakes.ts'

/** Bytes of a body. */
const LARGEST = 64 * 1024

/**
 * Reads a JSON body by a schema. No body counts as `{}`.
 * @param read reads the body's text; default: `readText`
 */
export async function readJson<Schema extends FieldsSchema>(
  c: Context<AppEnv>,
  schema: Schema,
  read: (request: Request) => Promise<string> = readText,
): Promise<{ body: v.InferOutput<Schema> }> {
  const given = checked(schema, await readObject(c, read))
  if ('errors' in given) throw new RefusedRequest('invalid_request', given)
  return given
}

/** Reads a JSON body: an object, of whatever it holds. */
export async function readObject(c: Context<AppEnv>, read = readText): Promise<object> {
  const text = await read(c.req.raw)
  if (text !== '' && !/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new RefusedRequest('unsupported_media_type')
  }
  const raw = text === '' ? {} : parseJson(text)
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw invalid('', `The body has to be a JSON object, not ${typeName(raw)}.`)
  }
  return raw
}

/**
 * Reads a body without free text at half the cost of `readText`: bytes that are not UTF-8 come as U+FFFD, which none of
 * its fields takes.
 */
export async function readPlainText(request: Request): Promise<string> {
  // workerd warns where `text()` is called on a body that is not said to be text.
  const isText = request.headers.get('content-type')?.startsWith('application/json')
  if (!isText || !isAnnounced(request, LARGEST)) return readText(request)
  const text = await request.text().catch(brokenOff)
  // UTF-8 has at least one byte for each unit of a string.
  return withinCap(text, text.length, LARGEST)
}

/** Reads a body as UTF-8, of 64 KiB at most unless told. */
export async function readText(request: Request, largest = LARGEST): Promise<string> {
  if (isAnnounced(request, largest)) {
    const bytes = await request.arrayBuffer().catch(brokenOff)
    return utf8(withinCap(bytes, bytes.byteLength, largest))
  }
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
      throw tooLarge(largest)
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

/** Whether a body's `Content-Length` is within the cap: such a body is read at once, for a fraction of the cost. */
function isAnnounced(request: Request, largest: number): boolean {
  const announced = request.headers.get('content-length')
  return announced !== null && Number(announced) <= largest
}

/** Lets a body pass that was read at once. The platform holds it to its `Content-Length`; this does not rely on it. */
function withinCap<Body>(body: Body, size: number, largest: number): Body {
  if (size > largest) throw tooLarge(largest)
  return body
}

function tooLarge(largest: number): RefusedRequest {
  return new RefusedRequest('payload_too_large', { detail: `A body may have ${largest / 1024} KiB here.` })
}

/** Refuses a body whose sender went away within it. It is no fault of ours, and nobody is left to read the answer. */
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
