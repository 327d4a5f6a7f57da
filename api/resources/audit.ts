import * as v from 'valibot'
import { AuditQuery } from '../../worker/routes/requests.ts'
import type { AuditAction } from '../../worker/storage/audit.ts'
import { json } from '../content.ts'
import { RECORD, REQUEST_ID } from '../examples.ts'
import { cursor, NEXT_CURSOR, PAGE_QUERY, timestamp } from '../fields.ts'
import { named, queryParameters } from '../json-schema.ts'
import { MANAGED, problems } from '../refusals.ts'
import type { Paths } from '../shape.ts'

/** Every action that an edge writes, so that a new one does not go undocumented. */
const ACTIONS: Record<AuditAction, true> = {
  'user.link': true,
  'user.update': true,
  'user.unlink': true,
  'user.add_biuwer_token': true,
  'user.delete_biuwer_token': true,
  'user.biuwer_token_failing': true,
  'user.biuwer_token_recovered': true,
  'user.revoke_tokens': true,
  'user.sign_out': true,
  sign_out: true,
  'user.import': true,
  'token.create': true,
  'token.refresh': true,
  'token.update': true,
  'token.rotate': true,
  'token.revoke': true,
  'token.preview': true,
  'token.import': true,
  export: true,
  import: true,
  'vault.reencrypt': true,
  'key.create': true,
  'key.revoke': true,
  'signer.create': true,
  'signer.update': true,
  'signer.delete': true,
  'signer.preview': true,
  'signer.import': true,
}
/** They stand in the words and not in the schema: an imported audit may know others. */
const AUDIT_ACTIONS = Object.keys(ACTIONS)

const AuditEntry = named(
  'AuditEntry',
  v.object({
    at: timestamp,
    actor: v.string(),
    action: v.string(),
    target: v.string(),
    request_id: v.string(),
    imported_at: v.exactOptional(timestamp),
  }),
  'A management action.',
  {
    at: 'When it was done.',
    actor:
      'The key, by its id and name; a root key by the first digits of its SHA-256 digest; or the token source.',
    action: `What was done: ${AUDIT_ACTIONS.map((action) => `\`${action}\``).join(', ')}. \`token.refresh\` stands there once for a key, a record and an hour; \`user.biuwer_token_failing\` once when the token source begins to fail for a user.`,
    target:
      'The user, the token record, the key or the signer; `all` where it concerns everybody; of `import` how many items, those of lines that were not verified said so. Each user, record and signer of an import has an entry of its own, too.',
    request_id: 'The request that did it.',
    imported_at:
      'When a backup brought the entry. Another edge did what it tells, by a key of its own; entries of this edge lack the field.',
  },
)
const AuditList = named(
  'AuditList',
  v.object({ items: v.array(AuditEntry.schema), next_cursor: cursor }),
  'A page of management actions, newest first.',
  {
    items: 'The actions.',
    ...NEXT_CURSOR,
  },
)

export const AUDIT: Paths = {
  '/v1/audit': {
    get: {
      operationId: 'listAudit',
      tags: ['Audit'],
      summary: 'List management actions',
      description:
        'Newest first; kept for a year. Entries that a backup brought have `imported_at`: they come with their import, whenever they were done.',
      security: [{ admin: [] }],
      parameters: queryParameters(AuditQuery, {
        target: 'Only what was done to this user or record.',
        ...PAGE_QUERY,
      }),
      responses: {
        200: json(AuditList, 'A page of actions.', {
          page: {
            items: [
              {
                at: '2026-03-14T12:00:00Z',
                actor: '4f9a1c03be27',
                action: 'token.revoke',
                target: RECORD.id,
                request_id: REQUEST_ID,
              },
            ],
            next_cursor: null,
          },
        }),
        ...problems(['invalid_request', ...MANAGED]),
      },
    },
  },
}
