import Papa from 'papaparse'
import type { LinkedUser } from '../../client/api-types.ts'

/** Tables for spreadsheet programs: cells that these would take for formulas are escaped. */

/** Linked users. There are no Biuwer tokens in it, since the edge gives none out. */
export function usersAsCsv(users: readonly LinkedUser[]): string {
  return csv(
    [
      ...['user', 'linked_at', 'updated_at', 'live_tokens'],
      ...['biuwer_token_status', 'biuwer_token_ends', 'biuwer_refresh'],
    ],
    users.map((user) => [
      user.user,
      user.linked_at,
      user.updated_at,
      user.live_tokens,
      user.biuwer_token_status,
      user.biuwer_token_ends,
      user.biuwer_refresh,
    ]),
  )
}

/** What became of each row of an import. */
export function resultsAsCsv(rows: readonly { line: number; user: string; result: string }[]): string {
  return csv(
    ['line', 'user', 'result'],
    rows.map(({ line, user, result }) => [line, user, result]),
  )
}

function csv(fields: string[], data: unknown[][]): string {
  return Papa.unparse({ fields, data }, { escapeFormulae: true })
}
