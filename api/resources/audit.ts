import { RECORD, REQUEST_ID } from '../examples.ts'
import { json, MANAGED, problems } from '../refusals.ts'
import type { Parameter, Paths } from '../shape.ts'

export function audit(query: Parameter[]): Paths {
  return {
    '/v1/audit': {
      get: {
        operationId: 'listAudit',
        tags: ['Audit'],
        summary: 'List management actions',
        description: 'Newest first; kept for a year.',
        security: [{ admin: [] }],
        parameters: query,
        responses: {
          200: json('AuditList', 'A page of actions.', {
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
}
