import type { Context } from 'hono'
import type * as v from 'valibot'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'
import { checked, invalid, typeName } from './mistakes.ts'

const LARGEST = 64 * 1024

/**
 * A request's JSON body as the schema reads it. No body counts as `{}`.
 * @param read how its text is read; default: `readText`
 */
export async function readJson<Schema extends v.GenericSchema>(
  c: Context<AppEnv>,
  schema: Schema,
  read: (request: Request) => Promise<string> = readText,
): Promise<{ body: v.InferOutput<Schema> }> {
  const given = checked(schema, await readObject(c, read))
  if ('errors' in given) throw new RefusedRequest('invalid_request', given)
  return given
}

/** A request's JSON body, as an object of whatever it holds. */
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
      throw new RefusedRequest('payload_too_large')
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
