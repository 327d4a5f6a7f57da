import type { UserPatterns } from '../policy/caller.ts'
import { DAY, type Instant } from '../policy/time.ts'
import type { Count } from './opening-batch.ts'
import { ofUsers } from './user-scope.ts'

/** Openings and refusals, counted by hour, by day and by record. */

/** Days for which openings are counted, and those for which they are counted by record; today included. */
export const COUNTED_DAYS = 400
export const COUNTED_BY_RECORD_DAYS = 90

/**
 * Rows of an hour, of a day, and of a day's records at most. Past that, openings are counted without their resource, or not
 * by record: whoever opens things of made-up names, or as very many users, fills no more than this.
 */
const MOST_ROWS = { hours: 5_000, days: 5_000, record_days: 100_000 }
type Table = keyof typeof MOST_ROWS

/** Resources of an answer. */
const MOST_RESOURCES = 100
/** Records of an answer. */
const MOST_RECORDS = 100

/** A row's first column is the period, so that a span of time is a range of the key, and what is too old the first range. */
export const COUNTS_SCHEMA = `
CREATE TABLE IF NOT EXISTS hours (
  at INTEGER, code TEXT, policy TEXT, resource TEXT, count INTEGER NOT NULL,
  PRIMARY KEY (at, code, policy, resource)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS days (
  at INTEGER, code TEXT, policy TEXT, resource TEXT, count INTEGER NOT NULL,
  PRIMARY KEY (at, code, policy, resource)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS record_days (
  at INTEGER, user TEXT, subject TEXT, code TEXT, count INTEGER NOT NULL,
  PRIMARY KEY (at, user, subject, code)
) WITHOUT ROWID, STRICT;
`

/** What an opening that was let in is counted under; all others, under their refusal's code. */
export const OPENED = 'opened'
/** The policy of previews, which are no openings of a host's page. */
export const PREVIEW = 'preview'
/** The resource of openings that are counted without it. */
const OTHERS = ''

/** How many opened, and how many were refused. */
type Tally = {
  opened: number
  refused: number
}

type Columns = Record<string, SqlStorageValue>

/** What is counted of a span of time. */
export interface OpeningCounts {
  /** By period and code, oldest first. */
  series: { at: Instant; code: string; count: number }[]
  /** null, as `resources`: openings of some users are not counted by it. */
  policies: ({ policy: string } & Tally)[] | null
  /** Those with the most first; null as a resource: all others together. */
  resources: ({ resource: string | null } & Tally)[] | null
  /** Records and signers of one user, those with the most first; null: no user was named. */
  records: ({ subject: string; user: string } & Tally)[] | null
}

export interface CountQuery {
  since: Instant
  by: 'hour' | 'day'
  user?: string | undefined
}

/** How many rows a period of a table has, as far as that was looked up. */
export type RowCounts = Map<string, number>

/** Adds what an isolate counted. */
export function addCounts(sql: SqlStorage, counts: Count[], rows: RowCounts): void {
  const hours = new Map<string, number>()
  const days = new Map<string, number>()
  const records = new Map<string, number>()
  const add = (to: Map<string, number>, key: (string | number)[], count: number) => {
    const name = JSON.stringify(key)
    to.set(name, (to.get(name) ?? 0) + count)
  }
  for (const { hour, code, policy, resource, subject, user, count } of counts) {
    const day = Math.floor(hour / DAY) * DAY
    add(hours, [hour, code, policy, resource ?? OTHERS], count)
    add(days, [day, code, policy, resource ?? OTHERS], count)
    if (policy !== PREVIEW) add(records, [day, user, subject, code], count)
  }
  for (const [table, sums] of [
    ['hours', hours],
    ['days', days],
  ] as const)
    for (const [name, count] of sums) {
      const [at, code, policy, resource] = JSON.parse(name)
      if (addTo(sql, table, { at, code, policy, resource }, count, rows)) continue
      addTo(sql, table, { at, code, policy, resource: OTHERS }, count, rows, true)
    }
  for (const [name, count] of records) {
    const [at, user, subject, code] = JSON.parse(name)
    addTo(sql, 'record_days', { at, user, subject, code }, count, rows)
  }
}

/** Adds to a row; false: the row would be new, and its period has as many as there may be. */
function addTo(
  sql: SqlStorage,
  table: Table,
  key: { at: Instant } & Record<string, SqlStorageValue>,
  count: number,
  rows: RowCounts,
  always = false,
): boolean {
  const columns = Object.keys(key)
  const values = Object.values(key)
  const where = columns.map((column) => `${column} = ?`).join(' AND ')
  const statement = `UPDATE ${table} SET count = count + ? WHERE ${where} RETURNING 1`
  if (sql.exec(statement, count, ...values).toArray().length > 0) return true
  const period = `${table} ${key.at}`
  const there = rows.get(period) ?? rowsOf(sql, table, key.at)
  rows.set(period, there)
  if (there >= MOST_ROWS[table] && !always) return false
  rows.set(period, there + 1)
  const marks = columns.map(() => '?').join(', ')
  sql.exec(`INSERT INTO ${table} (${columns.join(', ')}, count) VALUES (${marks}, ?)`, ...values, count)
  return true
}

function rowsOf(sql: SqlStorage, table: Table, at: Instant): number {
  return sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE at = ?`, at).one().n
}

/** What was counted since a moment: of everybody, or of users that a key is for, which is counted by record and day. */
export function countsSince(
  sql: SqlStorage,
  { since, by, user }: CountQuery,
  visible: UserPatterns,
): OpeningCounts {
  if (user === undefined && visible === null) return ofEverybody(sql, since, by)
  return ofSome(sql, since, user, visible)
}

const TALLY = `sum(CASE code WHEN '${OPENED}' THEN count ELSE 0 END) AS opened,
  sum(CASE code WHEN '${OPENED}' THEN 0 ELSE count END) AS refused`

function ofEverybody(sql: SqlStorage, since: Instant, by: 'hour' | 'day'): OpeningCounts {
  const from = (table: 'hours' | 'days') => `FROM ${table} WHERE at >= ? AND policy != '${PREVIEW}'`
  const rows = <Row extends Columns>(statement: string) => sql.exec<Row>(statement, since).toArray()
  // A day's rows are sums of its hours', and a day may have far fewer.
  const policies = rows<{ policy: string } & Tally>(
    `SELECT policy, ${TALLY} ${from('days')} GROUP BY policy ORDER BY policy`,
  )
  const resources = rows<{ resource: string } & Tally>(
    `SELECT resource, ${TALLY} ${from('days')} AND resource != '${OTHERS}'
     GROUP BY resource ORDER BY sum(count) DESC, resource LIMIT ${MOST_RESOURCES}`,
  )
  return {
    series: rows<{ at: Instant; code: string; count: number }>(
      `SELECT at, code, sum(count) AS count ${from(by === 'hour' ? 'hours' : 'days')}
       GROUP BY at, code ORDER BY at, code`,
    ),
    policies,
    resources: withOthers(resources, policies),
    records: null,
  }
}

/** The resources with the most, and the others together: what is left of all openings. */
function withOthers(
  told: ({ resource: string } & Tally)[],
  all: readonly Tally[],
): ({ resource: string | null } & Tally)[] {
  const left = (of: keyof Tally) =>
    all.reduce((sum, tally) => sum + tally[of], 0) - told.reduce((sum, tally) => sum + tally[of], 0)
  const others = { resource: null, opened: left('opened'), refused: left('refused') }
  return others.opened + others.refused > 0 ? [...told, others] : told
}

function ofSome(
  sql: SqlStorage,
  since: Instant,
  user: string | undefined,
  visible: UserPatterns,
): OpeningCounts {
  const from = `FROM record_days WHERE ${user === undefined ? 'at >= ?' : `at IN (${daysSince(sql, since)}) AND user = ?`}
    AND ${ofUsers('user', visible)}`
  const rows = <Row extends Columns>(statement: string) =>
    sql.exec<Row>(statement, ...(user === undefined ? [since] : [user])).toArray()
  return {
    series: rows<{ at: Instant; code: string; count: number }>(
      `SELECT at, code, sum(count) AS count ${from} GROUP BY at, code ORDER BY at, code`,
    ),
    policies: null,
    resources: null,
    records:
      user === undefined
        ? null
        : rows<{ subject: string; user: string } & Tally>(
            `SELECT subject, user, ${TALLY} ${from} GROUP BY subject ORDER BY sum(count) DESC, subject LIMIT ${MOST_RECORDS}`,
          ),
  }
}

/** The days since a moment, for a condition: with each of them, one user's rows are a range of the key. */
function daysSince(sql: SqlStorage, since: Instant): string {
  const last = sql.exec<{ at: Instant | null }>('SELECT max(at) AS at FROM record_days').one().at ?? since
  const days = []
  for (let day = Math.floor(since / DAY) * DAY; day <= last; day += DAY) days.push(day)
  return days.join(', ')
}

/** Drops counts that are too old, and tells whether any are left. */
export function forgetCounts(sql: SqlStorage, now: Instant): boolean {
  const today = Math.floor(now / DAY) * DAY
  const first = today - (COUNTED_DAYS - 1) * DAY
  sql.exec('DELETE FROM hours WHERE at < ?', first)
  sql.exec('DELETE FROM days WHERE at < ?', first)
  sql.exec('DELETE FROM record_days WHERE at < ?', today - (COUNTED_BY_RECORD_DAYS - 1) * DAY)
  return sql.exec('SELECT 1 FROM days LIMIT 1').toArray().length > 0
}
