import type { Context, Hono } from 'hono'
import * as v from 'valibot'
import { clock } from '../clock.ts'
import { formatTimestamp } from '../policy/time.ts'
import { RefusedRequest } from '../refused-request.ts'
import { BACKUP_START, type BackupItem } from '../storage/backup.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { NO_STORE } from './answer-fields.ts'
import { backupLine } from './backup-line.ts'
import { readText } from './body.ts'
import { type AppEnv, by } from './context.ts'
import { endpoint } from './endpoint.ts'
import { type Mistakes, MOST_MISTAKES, mistake } from './mistakes.ts'

/** Items that an export reads at a time. */
const PAGE = 200
/** Bytes of one call of an import; a backup that is larger is sent in several. */
const LARGEST_PIECE = 1024 * 1024

export function backup(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/export', { access: 'admin', GET: exportAll })
  endpoint(app, '/v1/import', { access: 'admin', POST: importPiece })
}

/** Streams users (their Biuwer tokens sealed), records and audit as NDJSON, a page of the registry at a time. */
async function exportAll(c: Context<AppEnv>): Promise<Response> {
  const registry = registryOf(c.env)
  const encoder = new TextEncoder()
  const line = (item: object) => encoder.encode(`${JSON.stringify(item)}\n`)
  await reach('TOKEN_REGISTRY', async () => registry.noteExport(by(c)))
  let position = BACKUP_START
  const lines = new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(line({ type: 'biuwer-embed', format: 1, exported_at: formatTimestamp(clock()) })),
    // A failure breaks the stream off: an export without its last line is not whole.
    pull: async (controller) => {
      let given = 0
      // A pull that enqueues nothing is not followed by another, so that pages without items are passed over.
      while (given === 0 && position.table !== 'done') {
        const { items, next } = await reach('TOKEN_REGISTRY', async () => registry.exportPage(position, PAGE))
        position = next
        given = items.length
        for (const item of items) controller.enqueue(line(item))
      }
      if (position.table !== 'done') return
      controller.enqueue(line({ type: 'end' }))
      controller.close()
    },
  })
  return c.body(lines, 200, { ...NO_STORE, 'Content-Type': 'application/x-ndjson' })
}

/** Imports all lines of a piece, or none. Items that are there already stay as they are, so that a piece may be sent again. */
async function importPiece(c: Context<AppEnv>): Promise<Response> {
  const text = await readText(c.req.raw, LARGEST_PIECE)
  if (!/^application\/x-ndjson\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new RefusedRequest('unsupported_media_type', {
      detail: 'Send the lines of an export as application/x-ndjson.',
    })
  }
  const items = readLines(text)
  const result = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).importItems(items, by(c)))
  return c.json(result, 200, NO_STORE)
}

function readLines(text: string): BackupItem[] {
  const schema = backupLine(clock())
  const items: BackupItem[] = []
  const errors: Mistakes = []
  for (const [index, line] of text.split('\n').entries()) {
    // A piece may have half a million mistakes: lines after the first hundred are not looked at.
    if (errors.length >= MOST_MISTAKES) break
    if (line.trim() === '') continue
    const parsed = v.safeParse(schema, parseLine(line))
    if (!parsed.success) {
      for (const issue of parsed.issues) {
        const { path, message } = mistake(issue)
        errors.push({ path: [`line ${index + 1}`, path].filter(Boolean).join('.'), message })
      }
    } else if (parsed.output.type !== 'biuwer-embed' && parsed.output.type !== 'end')
      items.push(parsed.output)
  }
  if (errors.length > 0)
    throw new RefusedRequest('invalid_request', { errors: errors.slice(0, MOST_MISTAKES) })
  return items
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // The parser's message quotes the line. The schema refuses null, and quotes nothing.
    return null
  }
}
