import * as v from 'valibot'
import { ImportQuery, ReencryptRequest as ReencryptRequestSchema } from '../../worker/routes/requests.ts'
import { body, json, TRACED } from '../content.ts'
import { cursor, whole } from '../fields.ts'
import { named, queryParameters } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
import { IDEMPOTENCY_KEY, REPLAYED } from '../repetition.ts'
import type { Media, Paths } from '../shape.ts'

const ReencryptRequest = named(
  'ReencryptRequest',
  ReencryptRequestSchema,
  'Where to go on; the body may be left out.',
  {
    cursor: '`next_cursor` of the call before.',
  },
)
const Imported = named('Imported', v.object({ imported: whole, skipped: whole }), 'What an import did.', {
  imported: 'How many items were new.',
  skipped: 'How many were there already, or are users who were unlinked since.',
})
const Reencrypted = named(
  'Reencrypted',
  v.object({
    reencrypted: whole,
    remaining: whole,
    unopened: v.array(v.object({ user: v.string(), kid: v.string() })),
    next_cursor: cursor,
  }),
  'What a re-encryption did.',
  {
    reencrypted: 'How many entries this call sealed anew.',
    remaining: 'How many the first key has not sealed yet, those that can not be opened among them.',
    unopened:
      'Users whose entries this call left as they are: no key of `VAULT_KEYS` opens them. `kid` names the key that sealed them: put it back, or link the users anew.',
    next_cursor: 'Pass it as `cursor` to go on; null: every entry was tried.',
  },
)

const tags: [string] = ['Backup']
const security = [{ admin: [] }]

const NDJSON: Record<string, Media> = {
  'application/x-ndjson': {
    schema: { type: 'string', description: 'A JSON object a line.' },
    examples: {
      lines: {
        value: `${[
          {
            type: 'biuwer-embed',
            format: 2,
            exported_at: '2026-03-14T12:00:00Z',
            backup: 'o1pQ8zXkT4y0cVfJ2mN7Wg',
            line: 1,
            mac: 'q2mVb0Yt5rJx8sLwZ3nKcE7hUa1fGdP9iTo6vRyXkQM',
          },
          {
            type: 'end',
            items: 0,
            backup: 'o1pQ8zXkT4y0cVfJ2mN7Wg',
            line: 2,
            mac: 'k7WcR1xNq0LzT5vYb8mJ3sHgUe2dPfA9iOo4ZtXrVQE',
          },
        ]
          .map((line) => JSON.stringify(line))
          .join('\n')}\n`,
      },
    },
  },
}

export const BACKUP: Paths = {
  '/v1/export': {
    get: {
      operationId: 'exportAll',
      tags,
      summary: 'Export everything',
      description:
        "Users, their Biuwer tokens sealed by `VAULT_KEYS` as they are in the vault, token records, sign-outs and audit, all as they were at `exported_at`, however long the answer takes; a record's `lastUsedAt` alone may be later. A whole export ends with a line of `type` `end`, which counts the `items` before it. Each line has the id of its `backup`, its number `line`, and a `mac` over all of it by a key derived from `VAULT_KEYS`. An export that nobody reads on with for an hour breaks off, and of more than four at once the one that was read least recently.",
      security,
      responses: {
        200: { description: 'The lines, as they are read.', headers: TRACED, content: NDJSON },
        ...problems(MANAGED),
      },
    },
  },
  '/v1/import': {
    post: {
      operationId: 'importLines',
      tags,
      summary: 'Import lines of an export',
      description:
        "All of the lines, or none: `errors` names what no export has, by its line. So it does with a line that was changed, is of another backup than the line before, or does not follow it, and with lines of version 0.1.0, which can't be verified. Whether the first and the last lines are there is for the sender to see. What is there already stays as it is, so that a piece may be sent again, and nothing is revived: a user who was unlinked since stays unlinked, and a record comes in revoked if all of its user's were since. The audit names each user and record that came in; entries of the backup come in with `imported_at`, and this edge does not count them as what it did. A piece has 1 MiB at most, wherever it is cut between lines; single-use tokens of before the export open nothing.",
      security,
      parameters: [
        ...queryParameters(ImportQuery, {
          unverified:
            "`accept` takes lines that can't be verified, for backups of version 0.1.0 and changed ones: whoever could write to the file decides what comes in. The audit says so. What the audit among the lines says has ended comes in as ended.",
          audit:
            "`own` takes the backup's audit for this edge's own, where this edge takes the place of the one that wrote it: users that it says were unlinked stay so when an older backup is imported, too. Not with `unverified`.",
        }),
        IDEMPOTENCY_KEY,
      ],
      requestBody: { required: true, content: NDJSON },
      responses: {
        200: json(Imported, 'The lines are in.', { imported: { imported: 412, skipped: 0 } }, REPLAYED),
        ...problems([...WITH_BODY, 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
  '/v1/vault/reencrypt': {
    post: {
      operationId: 'reencryptVault',
      tags,
      summary: 'Re-encrypt the vault',
      description:
        'Seals entries of older keys with the first of `VAULT_KEYS`, some at a time: go on with `next_cursor` until it is null. Where `remaining` is 0 then, the older keys may go. Entries that no key opens are named, and hold up no others.',
      security,
      parameters: [IDEMPOTENCY_KEY],
      requestBody: body(ReencryptRequest, { first: {}, next: { cursor: 'bjE6c3RvcmUtMTAw' } }, false),
      responses: {
        200: json(
          Reencrypted,
          'Some entries are sealed anew.',
          {
            more: { reencrypted: 100, remaining: 2, unopened: [], next_cursor: 'bjE6c3RvcmUtMTAw' },
            done: { reencrypted: 2, remaining: 0, unopened: [], next_cursor: null },
            unopened: {
              reencrypted: 1,
              remaining: 1,
              unopened: [{ user: 'store-7', kid: 'vault-2025' }],
              next_cursor: null,
            },
          },
          REPLAYED,
        ),
        ...problems([...WITH_BODY, 'idempotency_mismatch', ...MANAGED]),
      },
    },
  },
}
