import { EdgeError } from './edge-error.ts'

/** What a line says of its backup. */
interface Place {
  type?: unknown
  format?: unknown
  backup?: unknown
  line?: unknown
}

/**
 * Passes the lines of a backup on, and throws where they are no whole one: the edge sees but a piece at a time. Its content
 * is for the edge to verify.
 * @param acceptUnverified also for backups of version 0.1.0, and changed ones: the first and the last line have to be there
 */
export async function* wholeBackup(
  lines: Iterable<string> | AsyncIterable<string>,
  acceptUnverified: boolean,
): AsyncGenerator<string, void, undefined> {
  let [given, count] = [0, 0]
  let backup: unknown
  let last: Place = {}
  for await (const line of lines) {
    given++
    if (line.trim() !== '') {
      const place = placeOf(line)
      if (count === 0) {
        if (place.type !== 'biuwer-embed') throw notWhole('This is no export of an edge.', given)
        if (place.format === 1 && !acceptUnverified) throw notWhole(FORMER, given, '.format')
        backup = place.backup
      } else if (!acceptUnverified && (place.backup !== backup || place.line !== count + 1)) {
        throw notWhole(
          place.backup === backup
            ? `Line ${given} does not follow the line before: lines are missing, doubled or moved.`
            : `Line ${given} is not of this backup.`,
          given,
        )
      }
      last = place
      count++
    }
    yield line
  }
  if (count === 0) throw notWhole('This is no export of an edge.', 1)
  if (last.type !== 'end') throw notWhole('The backup is cut off: its last line is missing.', given)
}

const FORMER =
  "Version 0.1.0 wrote this backup, and its lines can't be verified. It is taken where unverified lines are accepted."

function notWhole(detail: string, line: number, field = ''): EdgeError {
  return new EdgeError('invalid_request', detail, {
    errors: [{ path: `line ${line}${field}`, message: detail }],
  })
}

/** What a line says of itself; nothing where it is none. */
export function placeOf(line: string): Place {
  try {
    // A byte order mark is no part of the first line.
    return JSON.parse(line.replace(/^\ufeff/, '')) ?? {}
  } catch {
    // The parser's message quotes the line. What is none, the edge refuses by its number.
    return {}
  }
}
