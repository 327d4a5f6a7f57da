import {
  type BiuwerRefresh,
  type Interval,
  isAskedAhead,
  nextAsking,
  nextInterval,
  type SourcePeriod,
  waitAfter,
} from '../policy/biuwer-refresh.ts'
import { biuwerTokenStatus, lastEnd } from '../policy/biuwer-token.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../policy/time.ts'
import { random } from '../tokens/random.ts'
import type { AuditAction } from './audit.ts'
import {
  type BiuwerTokenRow,
  biuwerTokensOf,
  deleteBiuwerToken,
  MOST_BIUWER_TOKENS,
  putEntry,
  toEntry,
  type VaultEntry,
} from './biuwer-tokens.ts'
import { insert } from './rows.ts'
import type { Sealed } from './vault.ts'

/** What the token source is to be asked for and told, and when: Biuwer tokens of users, ahead of time. */

/** A question to the source. It stays the same until there is an answer. */
export interface Asking extends Interval {
  user: string
  messageId: string
}

/** A Biuwer token that the edge has ended, and that the source is to be told of. */
export interface EndedBiuwerToken {
  id: string
  user: string
  sealed: Sealed
}

interface RefreshRow extends Record<string, SqlStorageValue> {
  user: string
  due_at: Instant
  message_id: string
  ask_from: Instant | null
  ask_to: Instant | null
  failures: number
  failing_since: Instant | null
}

interface EndedRow extends Record<string, SqlStorageValue> {
  id: string
  user: string
  kid: string
  iv: string
  data: string
  valid_to: Instant | null
  due_at: Instant
  failures: number
}

/** Seconds for which whoever asks has a question for itself. Then another run may ask: the first one has died. */
const CLAIM = 5 * MINUTE
/** Seconds after which a question that is due and that nobody asks counts as one without an answer. */
export const OVERDUE = HOUR
/** Seconds after which the source is told no more of a Biuwer token that lives on. */
const LONGEST_TELLING = 30 * DAY

/**
 * Plans when the source is asked for a user's next Biuwer token, after the way of replacing or the tokens were changed. An
 * answer that is under way is to the question of before, and is not kept.
 */
export function planRefresh(sql: SqlStorage, user: string, refresh: BiuwerRefresh, now: Instant): void {
  if (!isAskedAhead(refresh)) {
    sql.exec('DELETE FROM biuwer_refreshes WHERE user = ?', user)
    return
  }
  sql.exec(
    `INSERT INTO biuwer_refreshes (user, due_at, message_id) VALUES (?, ?, ?)
     ON CONFLICT (user) DO UPDATE SET due_at = excluded.due_at, message_id = excluded.message_id, ask_from = NULL,
       failing_since = CASE WHEN excluded.due_at IS NULL THEN NULL ELSE failing_since END`,
    user,
    dueAt(sql, { user, refresh }, now, null),
    random(),
  )
}

/**
 * Takes questions that are due, the longest due first, for whoever asks the source now.
 * @param user whose alone; undefined: anybody's
 */
export function claimAskings(sql: SqlStorage, now: Instant, most: number, user?: string): Asking[] {
  const rows = sql
    .exec<RefreshRow & { biuwer_refresh: SourcePeriod }>(
      `SELECT r.*, u.biuwer_refresh FROM biuwer_refreshes AS r JOIN users AS u USING (user)
       WHERE due_at <= ? AND ${user === undefined ? 'TRUE' : 'user = ?'} ORDER BY due_at LIMIT ?`,
      now,
      ...(user === undefined ? [] : [user]),
      most,
    )
    .toArray()
  return rows.map((row) => {
    const asking = sameAsking(row, now) ?? newAsking(sql, row, now)
    sql.exec(
      'UPDATE biuwer_refreshes SET due_at = ?, message_id = ?, ask_from = ?, ask_to = ? WHERE user = ?',
      now + CLAIM,
      asking.messageId,
      asking.from,
      asking.to,
      row.user,
    )
    return asking
  })
}

/**
 * Puts the source's answer into the vault, and plans the next question. What nobody asks for any more, or there is no room
 * for, is to end where it was made; then the next question is another one, since the source may give the former answer again.
 * @returns what the audit says of it
 */
export function keepAnswer(
  sql: SqlStorage,
  { user, messageId }: Asking,
  entry: VaultEntry,
  now: Instant,
): AuditAction | undefined {
  const row = rowOf(sql, user, messageId)
  if (!row) {
    tellLater(sql, user, entry, now)
    return undefined
  }
  for (const former of biuwerTokensOf(sql, user))
    if (isSpare(former, now)) dropBiuwerToken(sql, user, former, now)
  if (!addBiuwerToken(sql, user, entry, now)) {
    tellLater(sql, user, entry, now)
    sql.exec('UPDATE biuwer_refreshes SET ask_from = NULL WHERE user = ?', user)
    return noteFailure(sql, { user, messageId }, now)
  }
  sql.exec(
    `UPDATE biuwer_refreshes SET due_at = ?, message_id = ?, ask_from = NULL, failures = 0, failing_since = NULL
     WHERE user = ?`,
    dueAt(sql, { user, refresh: row.biuwer_refresh }, now, now),
    random(),
    user,
  )
  return row.failing_since === null ? undefined : 'user.biuwer_token_recovered'
}

/**
 * Notes that the source gave nothing that could be kept, and plans when it is asked again.
 * @returns what the audit says of it
 */
export function noteFailure(
  sql: SqlStorage,
  { user, messageId }: Pick<Asking, 'user' | 'messageId'>,
  now: Instant,
): AuditAction | undefined {
  const row = rowOf(sql, user, messageId)
  if (!row) return undefined
  const failures = row.failures + 1
  sql.exec(
    'UPDATE biuwer_refreshes SET due_at = ?, failures = ?, failing_since = ifnull(failing_since, ?) WHERE user = ?',
    now + waitAfter(failures, user),
    failures,
    now,
    user,
  )
  return row.failing_since === null ? 'user.biuwer_token_failing' : undefined
}

/** Since when the source gives nothing for a user, or nobody asks it; null: neither. */
export function failingSince(sql: SqlStorage, user: string, now: Instant): Instant | null {
  const statement = 'SELECT failing_since, due_at FROM biuwer_refreshes WHERE user = ?'
  const [row] = sql
    .exec<Pick<RefreshRow, 'failing_since'> & { due_at: Instant | null }>(statement, user)
    .toArray()
  if (!row) return null
  const isOverdue = row.due_at !== null && row.due_at <= now - OVERDUE
  return row.failing_since ?? (isOverdue ? row.due_at : null)
}

/**
 * Adds a Biuwer token of a user. Where there is no room, one that has ended gives way, the first to have ended first.
 * @returns whether there was room
 */
export function addBiuwerToken(sql: SqlStorage, user: string, entry: VaultEntry, now: Instant): boolean {
  const entries = biuwerTokensOf(sql, user)
  if (entries.length >= MOST_BIUWER_TOKENS) {
    const [ended] = entries
      .filter((token) => biuwerTokenStatus(token, now) === 'expired')
      .sort((one, other) => (one.to ?? 0) - (other.to ?? 0))
    if (!ended) return false
    dropBiuwerToken(sql, user, ended, now)
  }
  putEntry(sql, user, entry)
  return true
}

/** Takes a Biuwer token out of the vault. One that the source has made, and that Biuwer still takes, is to end there, too. */
export function dropBiuwerToken(sql: SqlStorage, user: string, entry: VaultEntry, now: Instant): void {
  deleteBiuwerToken(sql, user, entry.id)
  tellLater(sql, user, entry, now)
}

/** Takes ended Biuwer tokens that the source is to be told of now. */
export function claimEnded(sql: SqlStorage, now: Instant, most: number): EndedBiuwerToken[] {
  planTelling(sql, now, most)
  const statement = 'SELECT * FROM ended_biuwer_tokens WHERE due_at <= ? ORDER BY due_at LIMIT ?'
  const rows = sql.exec<EndedRow>(statement, now, most).toArray()
  for (const { id } of rows)
    sql.exec('UPDATE ended_biuwer_tokens SET due_at = ? WHERE id = ?', now + CLAIM, id)
  return rows.map(({ id, user, kid, iv, data }) => ({ id, user, sealed: { kid, iv, data } }))
}

/** Plans to tell the source of Biuwer tokens in the vault that have ended here, and live on in Biuwer until it is told. */
function planTelling(sql: SqlStorage, now: Instant, most: number): void {
  const statement = `SELECT * FROM biuwer_tokens WHERE made_by = 'lasting_source' AND valid_to <= ? LIMIT ?`
  for (const row of sql.exec<BiuwerTokenRow>(statement, now, most).toArray()) {
    tellLater(sql, row.user, toEntry(row), now)
    // The source is told once.
    sql.exec(`UPDATE biuwer_tokens SET made_by = 'source' WHERE id = ?`, row.id)
  }
}

/** Forgets an ended Biuwer token: the source knows. */
export function forgetEnded(sql: SqlStorage, id: string): void {
  sql.exec('DELETE FROM ended_biuwer_tokens WHERE id = ?', id)
}

/** Plans when the source is told again of an ended Biuwer token. One that has ended in Biuwer by now is forgotten. */
export function tellAgain(sql: SqlStorage, id: string, now: Instant): void {
  const [row] = sql.exec<EndedRow>('SELECT * FROM ended_biuwer_tokens WHERE id = ?', id).toArray()
  if (!row) return
  if (row.valid_to !== null && row.valid_to <= now) forgetEnded(sql, id)
  else {
    const failures = row.failures + 1
    const due = now + waitAfter(failures, row.user)
    sql.exec('UPDATE ended_biuwer_tokens SET due_at = ?, failures = ? WHERE id = ?', due, failures, id)
  }
}

function rowOf(
  sql: SqlStorage,
  user: string,
  messageId: string,
): (RefreshRow & { biuwer_refresh: SourcePeriod }) | undefined {
  const [row] = sql
    .exec<RefreshRow & { biuwer_refresh: SourcePeriod }>(
      `SELECT r.*, u.biuwer_refresh FROM biuwer_refreshes AS r JOIN users AS u USING (user)
       WHERE user = ? AND message_id = ?`,
      user,
      messageId,
    )
    .toArray()
  return row
}

/** When the source is asked next; null: never, since a Biuwer token is there that has no end. */
function dueAt(
  sql: SqlStorage,
  who: { user: string; refresh: SourcePeriod },
  now: Instant,
  asked: Instant | null,
): Instant | null {
  const entries = liveTokens(sql, who.user, now)
  if (entries.length === 0) return now
  const end = lastEnd(entries)
  return end === null ? null : nextAsking(who, end, asked)
}

/** The question that had no answer yet, as long as most of its interval is to come. */
function sameAsking({ user, message_id, ask_from, ask_to }: RefreshRow, now: Instant): Asking | undefined {
  if (ask_from === null || ask_to === null || ask_to - now < (ask_to - ask_from) / 2) return undefined
  return { user, messageId: message_id, from: ask_from, to: ask_to }
}

function newAsking(
  sql: SqlStorage,
  { user, biuwer_refresh }: { user: string; biuwer_refresh: SourcePeriod },
  now: Instant,
): Asking {
  const interval = nextInterval(biuwer_refresh, lastEnd(liveTokens(sql, user, now)), now)
  return { user, messageId: `msg_${random()}`, ...interval }
}

function liveTokens(sql: SqlStorage, user: string, now: Instant): VaultEntry[] {
  return biuwerTokensOf(sql, user).filter(({ to }) => to === null || to > now)
}

/** Whether a Biuwer token of the source has ended, and only takes room. */
function isSpare({ madeBy, to }: VaultEntry, now: Instant): boolean {
  return madeBy !== 'hand' && to !== null && to <= now
}

function tellLater(
  sql: SqlStorage,
  user: string,
  { id, sealed, to, madeBy }: VaultEntry,
  now: Instant,
): void {
  if (madeBy === 'hand') return
  const hasEnded = to !== null && to <= now
  if (hasEnded && madeBy === 'source') return
  const { kid, iv, data } = sealed
  const until = madeBy === 'source' ? to : now + LONGEST_TELLING
  insert(sql, 'ended_biuwer_tokens', { id, user, kid, iv, data, valid_to: until, due_at: now }, 'skip')
}
