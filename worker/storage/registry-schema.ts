import { foldedLabel } from './token-row.ts'

/** Times are seconds since 1970, lists and maps JSON; docs/storage.md says what each table is for. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS users (
  user TEXT PRIMARY KEY,
  linked_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  biuwer_refresh TEXT NOT NULL DEFAULT 'manual',
  at_opening TEXT
) WITHOUT ROWID, STRICT;

CREATE TABLE IF NOT EXISTS biuwer_tokens (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL,
  kid TEXT NOT NULL,
  iv TEXT NOT NULL,
  data TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER,
  added_at INTEGER NOT NULL,
  made_by TEXT NOT NULL DEFAULT 'hand'
) STRICT;
CREATE INDEX IF NOT EXISTS biuwer_tokens_of_user ON biuwer_tokens (user, seq);
CREATE INDEX IF NOT EXISTS biuwer_tokens_ending ON biuwer_tokens (valid_to, user);

CREATE TABLE IF NOT EXISTS biuwer_refreshes (
  user TEXT PRIMARY KEY,
  due_at INTEGER,
  message_id TEXT NOT NULL,
  ask_from INTEGER,
  ask_to INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS biuwer_refreshes_due ON biuwer_refreshes (due_at);
CREATE INDEX IF NOT EXISTS biuwer_refreshes_failing ON biuwer_refreshes (user) WHERE failing_since IS NOT NULL;

CREATE TABLE IF NOT EXISTS ended_biuwer_tokens (
  id TEXT PRIMARY KEY,
  user TEXT NOT NULL,
  kid TEXT NOT NULL,
  iv TEXT NOT NULL,
  data TEXT NOT NULL,
  valid_to INTEGER,
  due_at INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS ended_biuwer_tokens_due ON ended_biuwer_tokens (due_at);

CREATE TABLE IF NOT EXISTS sign_outs (
  user TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  tokens_since INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE IF NOT EXISTS keys (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  users TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE IF NOT EXISTS signers (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  keys TEXT NOT NULL,
  users TEXT,
  resources TEXT,
  origins TEXT,
  max_ttl INTEGER NOT NULL,
  single_use INTEGER NOT NULL,
  shards INTEGER NOT NULL,
  tokens_since INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE IF NOT EXISTS tokens (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL,
  resources TEXT,
  origins TEXT,
  refresh TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER,
  time_zone TEXT NOT NULL,
  overlap INTEGER NOT NULL,
  single_use_ttl INTEGER,
  region TEXT,
  label TEXT,
  folded_label TEXT,
  metadata TEXT NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  generation_started_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS tokens_of_user ON tokens (user, seq);
CREATE INDEX IF NOT EXISTS tokens_revoked ON tokens (seq) WHERE revoked_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS tokens_ending ON tokens (valid_to) WHERE revoked_at IS NULL AND valid_to IS NOT NULL;
CREATE INDEX IF NOT EXISTS tokens_beginning ON tokens (valid_from) WHERE revoked_at IS NULL;

CREATE VIRTUAL TABLE IF NOT EXISTS token_text USING fts5(
  user, label, content='tokens', content_rowid='seq', tokenize='trigram', columnsize=0
);
CREATE TABLE IF NOT EXISTS ended_generations (
  token TEXT NOT NULL,
  generation INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  PRIMARY KEY (token, generation)
) WITHOUT ROWID, STRICT;

CREATE TABLE IF NOT EXISTS change_answers (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  request_id TEXT NOT NULL,
  answer TEXT NOT NULL,
  ends_at INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS change_answers_by_end ON change_answers (ends_at);
-- Version 0.1.0 kept answers in these two.
DROP TABLE IF EXISTS idempotency;
DROP TABLE IF EXISTS answers;

CREATE TABLE IF NOT EXISTS audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  request_id TEXT NOT NULL,
  imported_at INTEGER,
  is_own INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX IF NOT EXISTS audit_by_age ON audit (at, action);
CREATE INDEX IF NOT EXISTS audit_of_target ON audit (target, seq);
CREATE INDEX IF NOT EXISTS audit_refreshes ON audit (target, actor, at) WHERE action = 'token.refresh';
CREATE UNIQUE INDEX IF NOT EXISTS audit_once ON audit (request_id, action, target);

CREATE TABLE IF NOT EXISTS snapshots (
  id TEXT PRIMARY KEY,
  read_at INTEGER NOT NULL,
  last_tokens INTEGER NOT NULL,
  last_audit INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
`

/**
 * Keeps the index of texts. It holds labels as a search compares them, and not as `tokens` does: a search asks the index
 * alone, and reads no text back from it.
 */
const TEXT_INDEX = `
CREATE TRIGGER IF NOT EXISTS token_text_added AFTER INSERT ON tokens BEGIN
  INSERT INTO token_text (rowid, user, label) VALUES (new.seq, new.user, coalesce(new.folded_label, new.label));
END;
CREATE TRIGGER IF NOT EXISTS token_text_changed AFTER UPDATE OF label, folded_label ON tokens
WHEN old.label IS NOT new.label OR old.folded_label IS NOT new.folded_label BEGIN
  INSERT INTO token_text (token_text, rowid, user, label)
    VALUES ('delete', old.seq, old.user, coalesce(old.folded_label, old.label));
  INSERT INTO token_text (rowid, user, label) VALUES (new.seq, new.user, coalesce(new.folded_label, new.label));
END;
`

/** Columns that tables of former versions lack. */
const LATER_COLUMNS = [
  ['users', 'biuwer_refresh', "TEXT NOT NULL DEFAULT 'manual'"],
  ['users', 'at_opening', 'TEXT'],
  ['biuwer_tokens', 'made_by', "TEXT NOT NULL DEFAULT 'hand'"],
  ['audit', 'imported_at', 'INTEGER'],
  ['audit', 'is_own', 'INTEGER NOT NULL DEFAULT 1'],
] as const

/** Indexes on columns that tables of former versions lack. */
const LATER_INDEXES = `
CREATE INDEX IF NOT EXISTS biuwer_tokens_to_tell ON biuwer_tokens (valid_to) WHERE made_by = 'lasting_source';
`

/** A user of version 0.1.0 had one Biuwer token, in its own row, without an interval. */
const ONE_BIUWER_TOKEN = `
INSERT INTO biuwer_tokens (id, user, kid, iv, data, valid_from, valid_to, added_at)
  SELECT 'bwt_' || link, user, kid, iv, data, updated_at, NULL, updated_at FROM users;
ALTER TABLE users DROP COLUMN link;
ALTER TABLE users DROP COLUMN kid;
ALTER TABLE users DROP COLUMN iv;
ALTER TABLE users DROP COLUMN data;
`

/** Labels that are read into memory at a time: of a million records, all at once would not fit. */
const LABELS_AT_ONCE = 1_000

/**
 * Version 0.1.0 indexed labels as they were given. Those of ASCII alone are in the index as a search compares them. Where there
 * are others, the index is written anew in one go, which takes a fraction of the time of a change for each.
 */
function foldLabels(sql: SqlStorage): void {
  sql.exec('DROP TRIGGER token_text_added; DROP TRIGGER token_text_changed')
  sql.exec('ALTER TABLE tokens ADD COLUMN folded_label TEXT')
  const labels = `SELECT seq, label FROM tokens WHERE seq > ? AND label GLOB '*[^ -~]*' ORDER BY seq LIMIT ${LABELS_AT_ONCE}`
  const labelsAfter = (seq: number) => sql.exec<{ seq: number; label: string }>(labels, seq).toArray()
  let rows = labelsAfter(0)
  if (rows.length === 0) return
  while (rows.length > 0) {
    for (const { seq, label } of rows)
      sql.exec('UPDATE tokens SET folded_label = ? WHERE seq = ?', foldedLabel(label), seq)
    rows = labelsAfter(rows.at(-1)?.seq ?? 0)
  }
  sql.exec(`INSERT INTO token_text (token_text) VALUES ('delete-all');
    INSERT INTO token_text (rowid, user, label) SELECT seq, user, coalesce(folded_label, label) FROM tokens`)
}

/** Makes the tables that are missing, and gives those of a former version their present columns. */
export function prepareTables(sql: SqlStorage): void {
  sql.exec(SCHEMA)
  if (columnsOf(sql, 'users').includes('link')) sql.exec(ONE_BIUWER_TOKEN)
  for (const [table, column, definition] of LATER_COLUMNS) {
    if (!columnsOf(sql, table).includes(column))
      sql.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`)
  }
  if (!columnsOf(sql, 'tokens').includes('folded_label')) foldLabels(sql)
  sql.exec(LATER_INDEXES)
  sql.exec(TEXT_INDEX)
}

export function columnsOf(sql: SqlStorage, table: string): string[] {
  return sql.exec(`SELECT * FROM ${table} LIMIT 0`).columnNames
}
