import type { KeySet, VaultKey } from '../tokens/keys.ts'
import { authenticate, isAuthentic } from '../tokens/mac.ts'
import type { BackupLine } from './backup-line.ts'
import type { Mistakes } from './mistakes.ts'

/**
 * Authenticity of a backup's lines. Each line can be verified by itself, since a backup is sent in pieces: its `mac` covers
 * its content, its number and the id of its backup. So no line can be changed, taken from another backup, doubled, left out
 * between others or moved. Whether the first and the last lines are there, whoever has the whole backup can see.
 */

/** The text of a line, without a line end. */
export async function authenticatedLine(
  item: object,
  place: { backup: string; line: number },
  keys: KeySet<VaultKey>,
): Promise<string> {
  const line = { ...item, ...place }
  const { mac } = await authenticate('backups', JSON.stringify(line), keys)
  return JSON.stringify({ ...line, mac })
}

const UNVERIFIED = '"unverified=accept" takes it nevertheless.'

/**
 * Why a line of a piece can't be relied on; undefined: an edge with one of the keys wrote it, right behind the line before.
 * @param raw the line as it was parsed, with the order of its fields
 * @param before the line before in the piece, where there is one that can be relied on
 */
export async function doubt(
  raw: object,
  line: BackupLine,
  before: BackupLine | undefined,
  keys: KeySet<VaultKey>,
): Promise<Mistakes[number] | undefined> {
  const { mac, ...authenticated } = raw as { mac?: string }
  if (line.type === 'biuwer-embed' && line.format === 1) {
    const message = `Version 0.1.0 wrote this backup, and its lines can't be verified. ${UNVERIFIED}`
    return { path: 'format', message }
  }
  if (mac === undefined)
    return { path: 'mac', message: `The line has none, and can't be verified. ${UNVERIFIED}` }
  if (!(await isAuthentic('backups', JSON.stringify(authenticated), { mac }, keys))) {
    const message = `The line was changed, or no key of VAULT_KEYS wrote this backup. ${UNVERIFIED}`
    return { path: 'mac', message }
  }
  if (before && before.backup !== line.backup)
    return { path: 'backup', message: `The line before is of another backup. ${UNVERIFIED}` }
  if (before?.line !== undefined && line.line !== before.line + 1) {
    const message = `It does not follow the line before: lines are missing, doubled or moved. ${UNVERIFIED}`
    return { path: 'line', message }
  }
  return undefined
}
