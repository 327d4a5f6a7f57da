import type { Imported } from './api-types.ts'
import { EdgeError } from './edge-error.ts'
import type { CallOptions, Transport } from './transport.ts'
import { placeOf, wholeBackup } from './whole-backup.ts'

export interface ImportOptions extends CallOptions {
  /**
   * Takes lines that can't be verified: of a backup of version 0.1.0, or of one that was changed. Whoever could write to it
   * decides what comes in. Default: false.
   */
  acceptUnverified?: boolean
  /**
   * `own` takes the backup's audit for the edge's own, where the edge takes the place of the one that wrote it: users that it
   * says were unlinked stay so when an older backup is imported, too. Not with `acceptUnverified`.
   */
  audit?: 'own'
  /** Called after each piece with what is in by then. */
  onProgress?: (sum: Imported) => void
}

type Lines = Iterable<string> | AsyncIterable<string>

/** Bytes of a piece: the edge takes 1 MiB, and no line is longer than half of it. */
const PIECE = 512 * 1024
/** Milliseconds for a piece, repetitions included: half a megabyte takes a slow line longer than other calls. */
const PIECE_TIMEOUT = 300_000

/** Everything that an edge knows, as lines of JSON (NDJSON), to keep or to put into another edge. */
export class Backup {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * The lines of an export, without line ends: users with their Biuwer tokens still encrypted, token records and
   * the audit, all as they were when it began. It takes as long as it takes; `timeout` bounds the wait for its beginning and between its pieces.
   * Throws `unreachable` where it breaks off: the lines so far are no whole export then.
   * @example
   * for await (const line of edge.backup.export()) file.write(`${line}\n`)
   */
  async *export(options?: CallOptions): AsyncGenerator<string, void, undefined> {
    let last = ''
    const request = { method: 'GET', path: ['v1', 'export'] } as const
    for await (const line of linesOf(this.#transport.download(request, options))) {
      last = line
      yield line
    }
    if (placeOf(last).type !== 'end')
      throw new EdgeError('unreachable', 'The export broke off: its last line is missing.')
  }

  /**
   * Puts the lines of an export into the edge, piece by piece. What is there already stays as it is, so an import may be
   * repeated. Throws `invalid_request` before anything is sent where the lines are no whole export. The edge takes all lines
   * of a piece or none: where it refuses one, `errors` names the line, counted from the first that was given, and the pieces
   * before it are in.
   * @param lines are read twice, and so held in memory, unless a function gives them anew at each call
   * @returns how many items are in, and how many were there already
   */
  async import(
    lines: Lines | (() => Lines),
    { onProgress, acceptUnverified = false, audit, timeout = PIECE_TIMEOUT, ...options }: ImportOptions = {},
  ): Promise<Imported> {
    const held: string[] = []
    const isFunction = typeof lines === 'function'
    for await (const line of wholeBackup(isFunction ? lines() : lines, acceptUnverified))
      if (!isFunction) held.push(line)
    const whole = wholeBackup(isFunction ? lines() : held, acceptUnverified)
    const sum = { imported: 0, skipped: 0 }
    for await (const { text, before } of piecesOf(whole)) {
      const request = {
        method: 'POST',
        path: ['v1', 'import'],
        query: { unverified: acceptUnverified ? 'accept' : undefined, audit },
        headers: { 'Content-Type': 'application/x-ndjson' },
        body: text,
      } as const
      const done = await this.#transport.change<Imported>(request, { ...options, timeout }).catch((error) => {
        throw error instanceof EdgeError ? countedFromStart(error, before) : error
      })
      sum.imported += done.imported
      sum.skipped += done.skipped
      onProgress?.({ ...sum })
    }
    return sum
  }
}

interface Piece {
  text: string
  /** How many lines come before the piece. */
  before: number
}

async function* piecesOf(lines: Lines): AsyncGenerator<Piece> {
  const encoder = new TextEncoder()
  let piece: Piece = { text: '', before: 0 }
  let [bytes, count] = [0, 0]
  for await (const line of lines) {
    const size = encoder.encode(line).length + 1
    if (bytes > 0 && bytes + size > PIECE) {
      yield piece
      piece = { text: '', before: count }
      bytes = 0
    }
    piece.text += `${line}\n`
    bytes += size
    count++
  }
  if (bytes > 0) yield piece
}

/** The refusal of a piece, with its lines counted from the beginning of the whole. */
function countedFromStart(error: EdgeError, before: number): EdgeError {
  const errors = error.errors.map(({ path, message }) => ({
    path: path.replace(/^line (\d+)/, (_, line) => `line ${before + Number(line)}`),
    message,
  }))
  const { code, detail, cause, ...facts } = error
  return new EdgeError(code, detail, { ...facts, errors }, { cause })
}

/** Lines end with \n alone: JSON may hold what else ends a line in Unicode, such as U+2028, as it is. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}
