import { METADATA } from './bounds.ts'
import { hasEnded, type TokenRecord } from './record.ts'
import type { Instant } from './time.ts'

/** What `PATCH /v1/tokens/{id}` may change. A field that is left out stays as it is. */
export interface Changes {
  label?: string | null | undefined
  /** Merged into what there is (RFC 7396): null takes a key out. */
  metadata?: Record<string, string | null> | undefined
  to?: Instant | null | undefined
  resources?: string[] | null | undefined
  origins?: string[] | null | undefined
}

export type Updated =
  | { outcome: 'changed'; record: TokenRecord }
  /** The record has ended: what it opens, and until when, can't be changed any more. */
  | { outcome: 'conflict' }
  | { outcome: 'invalid'; path: string; message: string }

/** The record after `changes`. A change of what it opens begins a new revision, and with it gives out new tokens. */
export function update(record: TokenRecord, changes: Changes, now: Instant): Updated {
  const { label, to, resources, origins } = changes
  const rescoped = to !== undefined || resources !== undefined || origins !== undefined
  if (rescoped && hasEnded(record, now)) return { outcome: 'conflict' }
  if (to !== undefined && to !== null && (to <= record.from || to <= now)) {
    return { outcome: 'invalid', path: 'to', message: 'The end has to be after "from" and in the future.' }
  }
  const merged = Object.entries({ ...record.metadata, ...changes.metadata })
  const metadata = Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null))
  if (Object.keys(metadata).length > METADATA.entries) {
    return { outcome: 'invalid', path: 'metadata', message: `There may be at most ${METADATA.entries} keys.` }
  }
  return {
    outcome: 'changed',
    record: {
      ...record,
      metadata,
      version: record.version + 1,
      revision: record.revision + (rescoped ? 1 : 0),
      ...(label !== undefined && { label }),
      ...(to !== undefined && { to }),
      ...(resources !== undefined && { resources }),
      ...(origins !== undefined && { origins }),
    },
  }
}
