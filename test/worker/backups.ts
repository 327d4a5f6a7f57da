import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { readSettings } from '../../worker/env.ts'
import { authenticatedLine } from '../../worker/routes/backup-authenticity.ts'
import { random } from '../../worker/tokens/random.ts'
import { type Answer, admin, type CallOptions } from './api.ts'

/** Backups of the edge under test, and of an edge with its keys that never was. */

// biome-ignore lint/suspicious/noExplicitAny: a line's shape is what the tests are about
export type Loose = any

export async function exported(): Promise<string> {
  const { status, headers, body } = await admin('GET', '/v1/export')
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  return body
}

/** @param query such as `?unverified=accept` */
export function importLines(lines: string, query = '', options: CallOptions = {}): Promise<Answer<Loose>> {
  const headers = { 'Content-Type': 'application/x-ndjson' }
  return admin('POST', `/v1/import${query}`, lines, { headers, ...options })
}

/** The lines of a type, read. */
export function itemsOf(lines: string, type: string): Loose[] {
  const items = lines.split('\n').filter(Boolean)
  return items.map((line) => JSON.parse(line)).filter((item) => item.type === type)
}

/** Items as lines that follow each other in a backup of an edge with the keys of the one under test. */
export async function authentic(items: readonly Loose[], backup = random(), first = 1): Promise<string> {
  const { vaultKeys } = await readSettings(env)
  const lines = items.map(({ backup: _, line: __, mac: ___, ...item }, index) =>
    authenticatedLine(item, { backup, line: first + index }, vaultKeys),
  )
  return (await Promise.all(lines)).join('\n')
}
