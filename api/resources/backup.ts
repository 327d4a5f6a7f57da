import * as v from 'valibot'
import { ReencryptRequest as ReencryptRequestSchema } from '../../worker/routes/requests.ts'
import { body, json, TRACED } from '../content.ts'
import { cursor, whole } from '../fields.ts'
import { named } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
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
        value: '{"type":"biuwer-embed","format":1,"exported_at":"2026-03-14T12:00:00Z"}\n{"type":"end"}\n',
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
        'Users, their Biuwer tokens sealed by `VAULT_KEYS` as they are in the vault, token records, sign-outs and audit. A whole export ends with the line `{"type":"end"}`.',
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
        "All of the lines, or none: `errors` names what no export has, by its line. What is there already stays as it is, so that a piece may be sent again, and nothing is revived: a user who was unlinked since stays unlinked, and a record comes in revoked if all of its user's were since. A piece has 1 MiB at most; single-use tokens of before the export open nothing.",
      security,
      requestBody: { required: true, content: NDJSON },
      responses: {
        200: json(Imported, 'The lines are in.', { imported: { imported: 412, skipped: 0 } }),
        ...problems([...WITH_BODY, ...MANAGED]),
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
      requestBody: body(ReencryptRequest, { first: {}, next: { cursor: 'bjE6c3RvcmUtMTAw' } }, false),
      responses: {
        200: json(Reencrypted, 'Some entries are sealed anew.', {
          more: { reencrypted: 100, remaining: 2, unopened: [], next_cursor: 'bjE6c3RvcmUtMTAw' },
          done: { reencrypted: 2, remaining: 0, unopened: [], next_cursor: null },
          unopened: {
            reencrypted: 1,
            remaining: 1,
            unopened: [{ user: 'store-7', kid: 'vault-2025' }],
            next_cursor: null,
          },
        }),
        ...problems([...WITH_BODY, ...MANAGED]),
      },
    },
  },
}
