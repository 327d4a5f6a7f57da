/**
 * Inserts a row.
 * @param onConflict whether a row that is there already throws, or stays as it is
 * @returns whether the row was inserted
 */
export function insert(
  sql: SqlStorage,
  table: string,
  row: Record<string, SqlStorageValue>,
  onConflict: 'throw' | 'skip' = 'throw',
): boolean {
  const columns = Object.keys(row)
  const marks = columns.map(() => '?').join(', ')
  const conflict = onConflict === 'skip' ? 'ON CONFLICT DO NOTHING' : ''
  const statement = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks}) ${conflict} RETURNING 1`
  return sql.exec(statement, ...Object.values(row)).toArray().length > 0
}
