import type { Context, Hono } from 'hono'
import * as v from 'valibot'
import { clock } from '../clock.ts'
import { BIUWER_TOKEN_PREFIX } from '../policy/biuwer-token.ts'
import { ADMINS } from '../policy/caller.ts'
import { formatTimestamp } from '../policy/time.ts'
import { RefusedRequest } from '../refused-request.ts'
import { BACKUP_START, type BackupItem } from '../storage/backup.ts'
import { reach, Unavailable } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import type { KeySet, VaultKey } from '../tokens/keys.ts'
import { random } from '../tokens/random.ts'
import { NO_STORE } from './answer-fields.ts'
import { authenticatedLine, doubt } from './backup-authenticity.ts'
import { type BackupLine, backupLine } from './backup-line.ts'
import { readText } from './body.ts'
import { change, changeHeaders } from './change-request.ts'
import type { AppEnv } from './context.ts'
import { allow, endpoint } from './endpoint.ts'
import { invalid, type Mistakes, MOST_MISTAKES, mistake } from './mistakes.ts'
import { readQuery } from './query.ts'
import { ImportQuery } from './requests.ts'

/** Items that an export reads at a time. */
const PAGE = 200
/** Bytes of one call of an import; a backup that is larger is sent in several. */
const LARGEST_PIECE = 1024 * 1024

export function backup(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/export', { access: 'key', GET: allow(ADMINS, exportAll, 'everybody') })
  endpoint(app, '/v1/import', { access: 'key', POST: allow(ADMINS, importPiece, 'everybody') })
}

/** Streams users (their Biuwer tokens sealed), records and audit of this moment as NDJSON, a page at a time. */
async function exportAll(c: Context<AppEnv>): Promise<Response> {
  const registry = registryOf(c.env)
  const { vaultKeys } = c.get('settings')
  const encoder = new TextEncoder()
  const backup = random()
  let count = 0
  const write = async (controller: ReadableStreamDefaultController<Uint8Array>, items: object[]) => {
    const lines = items.map((item) => authenticatedLine(item, { backup, line: ++count }, vaultKeys))
    for (const line of await Promise.all(lines)) controller.enqueue(encoder.encode(`${line}\n`))
  }
  // A snapshot that does not hear of its end is forgotten in time.
  const end = () => c.executionCtx.waitUntil((async () => registry.endExport(backup))())
  const { at } = await change(c, null, async (to, request) => to.beginExport(backup, request))
  let position = BACKUP_START
  const lines = new ReadableStream<Uint8Array>({
    start: (controller) =>
      write(controller, [{ type: 'biuwer-embed', format: 2, exported_at: formatTimestamp(at) }]),
    // A failure breaks the stream off: an export without its last line is not whole.
    pull: async (controller) => {
      let given = 0
      // A pull that enqueues nothing is not followed by another, so that pages without items are passed over.
      while (given === 0 && position.table !== 'done') {
        const page = await reach('TOKEN_REGISTRY', async () => registry.snapshotPage(backup, position, PAGE))
        if (!page) throw new Unavailable('the snapshot of the export has ended')
        position = page.next
        given = page.items.length
        await write(controller, page.items)
      }
      if (position.table !== 'done') return
      await write(controller, [{ type: 'end', items: count - 1 }])
      controller.close()
      end()
    },
    cancel: end,
  })
  return c.body(lines, 200, { ...NO_STORE, 'Content-Type': 'application/x-ndjson' })
}

/** Imports all lines of a piece, or none. Items that are there already stay as they are, so that a piece may be sent again. */
async function importPiece(c: Context<AppEnv>): Promise<Response> {
  const { unverified, audit } = readQuery(c, ImportQuery)
  if (unverified && audit)
    throw invalid('audit', "The audit of lines that are not verified is never taken for the edge's own.")
  const text = await readText(c.req.raw, LARGEST_PIECE)
  if (!/^application\/x-ndjson\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new RefusedRequest('unsupported_media_type', {
      detail: 'Send the lines of an export as application/x-ndjson.',
    })
  }
  const isVerified = unverified === undefined
  const items = await readLines(text, isVerified ? c.get('settings').vaultKeys : undefined)
  const provenance = { isVerified, takesAudit: audit === 'own' }
  const done = await change(c, text, async (registry, request) =>
    registry.restore(items, provenance, request),
  )
  return c.json({ imported: done.imported, skipped: done.skipped }, 200, changeHeaders(done))
}

/** @param keys what lines are verified by; undefined: they are not */
async function readLines(text: string, keys: KeySet<VaultKey> | undefined): Promise<BackupItem[]> {
  const schema = backupLine(clock())
  const items: BackupItem[] = []
  const errors: Mistakes = []
  let before: BackupLine | undefined
  for (const [index, line] of text.split('\n').entries()) {
    // A piece may have half a million mistakes: lines after the first hundred are not looked at.
    if (errors.length >= MOST_MISTAKES) break
    if (line.trim() === '') continue
    const raw = parseLine(line)
    const parsed = v.safeParse(schema, raw)
    const mistakes = parsed.success ? [] : parsed.issues.map(mistake)
    if (parsed.success && keys) {
      const doubtful = await doubt(raw as object, parsed.output, before, keys)
      if (doubtful) mistakes.push(doubtful)
    }
    for (const { path, message } of mistakes)
      errors.push({ path: [`line ${index + 1}`, path].filter(Boolean).join('.'), message })
    before = mistakes.length === 0 && parsed.success ? parsed.output : undefined
    const item = before && itemOf(before)
    if (item) items.push(item)
  }
  if (errors.length > 0)
    throw new RefusedRequest('invalid_request', { errors: errors.slice(0, MOST_MISTAKES) })
  return items
}

/** What a line tells, without what authenticates it; undefined: nothing that is restored. */
function itemOf({ backup: _, line: __, mac: ___, ...item }: BackupLine): BackupItem | undefined {
  if (item.type === 'biuwer-embed' || item.type === 'end') return undefined
  if (item.type !== 'user' || !('link' in item)) return item
  const { link, kid, iv, data, ...user } = item
  const { updated_at } = user
  const id = `${BIUWER_TOKEN_PREFIX}${link}`
  const interval = { from: updated_at, to: null, addedAt: updated_at }
  const entry = { id, sealed: { kid, iv, data }, ...interval, madeBy: 'hand' as const }
  return { ...user, biuwer_refresh: 'manual', biuwer_tokens: [entry] }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // The parser's message quotes the line. The schema refuses null, and quotes nothing.
    return null
  }
}
