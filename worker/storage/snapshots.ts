import { HOUR, type Instant } from '../policy/time.ts'
import { columnsOf } from './registry-schema.ts'

/**
 * The registry as it was at a moment, for exports that take longer than that. While there is a snapshot, triggers keep the
 * former content of each row at its first change: nothing is copied of what stays, and nothing at all while nobody exports.
 */

/** Seconds after which a snapshot that nobody has read from is forgotten. */
const LIFE = HOUR
/** Snapshots at once. Each may come to take as much room as the tables; one more ends the one that was read least recently. */
const MOST = 4

/** Tables whose rows change, and the column that names a row. */
const KEYS = { sign_outs: 'user', users: 'user', signers: 'id', tokens: 'seq' } as const
export type KeptTable = keyof typeof KEYS
/** Tables whose rows are only added and get a greater number: a snapshot holds those up to a number. */
export type NumberedTable = 'tokens' | 'audit'

/** The former generations of a record `t`. A change of theirs is a change of the record. */
const GENERATION_ENDS = `(SELECT json_group_array(json_array(generation, ends_at))
  FROM ended_generations WHERE token = t.id)`

/** The Biuwer tokens of a user `t`. A change of theirs is a change of the user. */
const BIUWER_TOKENS = `(SELECT json_group_array(json_object('id', id, 'from', valid_from, 'to', valid_to, 'addedAt', added_at, 'madeBy', made_by,
    'sealed', json_object('kid', kid, 'iv', iv, 'data', data)) ORDER BY seq)
  FROM biuwer_tokens WHERE user = t.user)`

/** What changes a row, and the row's key before the change. */
function changesOf(sql: SqlStorage): [table: KeptTable, event: string, key: string][] {
  // Openings note when a record or a signer was last used. They are many, and an export needs no former one.
  const columns = (table: 'signers' | 'tokens') =>
    columnsOf(sql, table)
      .filter((column) => column !== 'last_used_at')
      .join(', ')
  const record = (row: 'new' | 'old') => `(SELECT seq FROM tokens WHERE id = ${row}.token)`
  return [
    ['sign_outs', 'INSERT ON sign_outs', 'new.user'],
    ['sign_outs', 'UPDATE ON sign_outs', 'new.user'],
    ['users', 'INSERT ON users', 'new.user'],
    ['users', 'UPDATE ON users', 'new.user'],
    ['users', 'DELETE ON users', 'old.user'],
    ['users', 'INSERT ON biuwer_tokens', 'new.user'],
    ['users', 'UPDATE ON biuwer_tokens', 'old.user'],
    ['users', 'DELETE ON biuwer_tokens', 'old.user'],
    ['signers', 'INSERT ON signers', 'new.id'],
    ['signers', `UPDATE OF ${columns('signers')} ON signers`, 'old.id'],
    ['tokens', `UPDATE OF ${columns('tokens')} ON tokens`, 'old.seq'],
    ['tokens', 'INSERT ON ended_generations', record('new')],
    ['tokens', 'DELETE ON ended_generations', record('old')],
  ]
}

/** Begins a snapshot of this moment. */
export function beginSnapshot(sql: SqlStorage, id: string, now: Instant): void {
  const others = sql.exec<{ id: string }>('SELECT id FROM snapshots ORDER BY read_at DESC').toArray()
  for (const { id } of others.slice(MOST - 1)) endSnapshot(sql, id)
  if (others.length === 0) beginKeeping(sql)
  sql.exec(
    `INSERT INTO snapshots VALUES (?, ?, (SELECT ifnull(max(seq), 0) FROM tokens), (SELECT ifnull(max(seq), 0) FROM audit))`,
    id,
    now,
  )
}

/** Ends a snapshot, and with the last one the keeping. */
export function endSnapshot(sql: SqlStorage, id: string): void {
  const ended = sql.exec('DELETE FROM snapshots WHERE id = ? RETURNING 1', id).toArray()
  if (ended.length === 0) return
  for (const name of made(sql, 'table', 'kept_')) sql.exec(`DELETE FROM ${name} WHERE snapshot = ?`, id)
  if (sql.exec('SELECT 1 FROM snapshots').toArray().length === 0) endKeeping(sql)
}

/** Ends snapshots that were given up. */
export function forgetSnapshots(sql: SqlStorage, now: Instant): void {
  for (const { id } of sql.exec<{ id: string }>('SELECT id FROM snapshots WHERE read_at <= ?', now - LIFE))
    endSnapshot(sql, id)
}

/** Whether there still is the snapshot; it then lasts anew. */
export function touchSnapshot(sql: SqlStorage, id: string, now: Instant): boolean {
  return sql.exec('UPDATE snapshots SET read_at = ? WHERE id = ? RETURNING 1', now, id).toArray().length > 0
}

/** The next rows of a snapshot's table, with records' `generation_ends` and users' `biuwer_tokens`. */
export function keptRows<Row extends Record<string, SqlStorageValue>>(
  sql: SqlStorage,
  snapshot: string,
  table: KeptTable,
  after: string | number,
  most: number,
): Row[] {
  const key = KEYS[table]
  const columns = keptColumns(sql, table)
  const names = columns.map(([name]) => name).join(', ')
  const values = columns.map(([name, value]) => `${value} AS ${name}`).join(', ')
  return sql
    .exec<Row>(
      `SELECT ${values} FROM ${table} AS t WHERE t.${key} > ?1 ${table === 'tokens' ? `AND t.seq <= ${lastOf(table)}` : ''}
         AND NOT EXISTS (SELECT 1 FROM kept_${table} AS k WHERE k.snapshot = ?2 AND k.${key} = t.${key})
       UNION ALL
       SELECT ${names} FROM kept_${table} WHERE snapshot = ?2 AND ${key} > ?1 AND was_there
       ORDER BY ${key} LIMIT ?3`,
      after,
      snapshot,
      most,
    )
    .toArray()
}

/** For a condition of a statement whose second value is the snapshot: the number of the table's last row in it. */
export function lastOf(table: NumberedTable): string {
  return `(SELECT last_${table} FROM snapshots WHERE id = ?2)`
}

function beginKeeping(sql: SqlStorage): void {
  for (const table of Object.keys(KEYS) as KeptTable[]) {
    const names = keptColumns(sql, table).map(([name]) => name)
    sql.exec(
      `CREATE TABLE kept_${table} (snapshot, was_there, ${names.join(', ')}, PRIMARY KEY (snapshot, ${KEYS[table]}))`,
    )
  }
  changesOf(sql).forEach(([table, event, row], index) => {
    const key = KEYS[table]
    const others = keptColumns(sql, table).filter(([name]) => name !== key)
    // Before a row is added, there is none: what is kept then says so.
    sql.exec(`CREATE TRIGGER keep_${index} BEFORE ${event} BEGIN
      INSERT INTO kept_${table} (snapshot, was_there, ${[key, ...others.map(([name]) => name)].join(', ')})
      SELECT s.id, t.${key} IS NOT NULL, ${[row, ...others.map(([, value]) => value)].join(', ')}
      FROM snapshots AS s LEFT JOIN ${table} AS t ON t.${key} = ${row}
      WHERE ${table === 'tokens' ? `${row} <= s.last_tokens AND` : ''}
        NOT EXISTS (SELECT 1 FROM kept_${table} AS k WHERE k.snapshot = s.id AND k.${key} = ${row});
    END`)
  })
}

function endKeeping(sql: SqlStorage): void {
  for (const name of made(sql, 'trigger', 'keep_')) sql.exec(`DROP TRIGGER ${name}`)
  for (const name of made(sql, 'table', 'kept_')) sql.exec(`DROP TABLE ${name}`)
}

/** What was made for keeping, by a former version too. */
function made(sql: SqlStorage, type: 'table' | 'trigger', beginning: string): string[] {
  return sql
    .exec<{ name: string }>(
      'SELECT name FROM sqlite_schema WHERE type = ? AND substr(name, 1, 5) = ?',
      type,
      beginning,
    )
    .toArray()
    .map(({ name }) => name)
}

/** What is kept of a row of a table `t`, by name. */
function keptColumns(sql: SqlStorage, table: KeptTable): [name: string, value: string][] {
  const own = columnsOf(sql, table).map((name): [string, string] => [name, `t.${name}`])
  if (table === 'tokens') own.push(['generation_ends', GENERATION_ENDS])
  if (table === 'users') own.push(['biuwer_tokens', BIUWER_TOKENS])
  return own
}
