import * as v from 'valibot'
import { type FailedCheck, REFUSAL_CODES } from '../../worker/policy/refusal.ts'
import { RefusalsQuery } from '../../worker/routes/requests.ts'
import { json } from '../content.ts'
import { HOST, RECORD, REQUEST_ID } from '../examples.ts'
import { cursor, NEXT_CURSOR, PAGE_QUERY, timestamp } from '../fields.ts'
import { named, queryParameters } from '../json-schema.ts'
import { MANAGED, problems } from '../refusals.ts'
import type { Paths } from '../shape.ts'

/** Every check that a refusal may name, so that a new one does not go undocumented. */
const CHECKS: Record<FailedCheck, true> = {
  signature: true,
  record: true,
  validity: true,
  resource: true,
  origin: true,
  frame: true,
  revocation: true,
  user: true,
  biuwer_token: true,
  single_use: true,
}

const Refusal = named(
  'Refusal',
  v.object({
    request_id: v.string(),
    at: timestamp,
    code: v.picklist(REFUSAL_CODES),
    check: v.picklist(Object.keys(CHECKS) as [FailedCheck, ...FailedCheck[]]),
    detail: v.string(),
    token: v.nullable(v.string()),
    signer: v.nullable(v.string()),
    user: v.nullable(v.string()),
    resource: v.string(),
    origin: v.nullable(v.string()),
  }),
  'An opening that was refused, though the signature of its token held.',
  {
    request_id: 'The request, as the tag and its report name it.',
    at: 'When it was refused.',
    code: 'Why, for programs.',
    check:
      'The check that failed, as in an explanation; `signature` where a signer’s signature holds and what it signed is wrong; `frame` where the browser would show the frame to the page.',
    detail: 'Why, for people, as an explanation says it.',
    token: 'The id of the token’s record; null: a host has signed the token.',
    signer:
      'The signer whose key signed the token; null: the edge has, or the key that asks may not see the signer.',
    user: 'Whom the token stands for; null: it names nobody who could be a user.',
    resource: 'What was to be opened.',
    origin: 'The origin of the page, as the browser reported it; null: what it reported is no origin.',
  },
)
const RefusalList = named(
  'RefusalList',
  v.object({ items: v.array(Refusal.schema), next_cursor: cursor }),
  'A page of refusals, newest first.',
  { items: 'The refusals.', ...NEXT_CURSOR },
)

export const REFUSALS: Paths = {
  '/v1/refusals': {
    get: {
      operationId: 'listRefusals',
      tags: ['Refusals'],
      summary: 'List refused openings',
      description:
        'Newest first; kept for 7 days, 100,000 at most. Of tokens whose signature holds: strangers leave nothing. Of many refusals of one record, or from one address, the first are kept: 10 a minute of a record and 100 of an address by each instance of the edge, 100 an hour of a record. All are counted (`GET /v1/statistics`).',
      security: [{ admin: [] }],
      parameters: queryParameters(RefusalsQuery, {
        request_id: 'Only the refusal of this request.',
        token: 'Only refusals of this record’s tokens, or of tokens of this signer.',
        user: 'Only refusals of tokens of this user.',
        code: 'Only refusals with this code.',
        ...PAGE_QUERY,
      }),
      responses: {
        200: json(RefusalList, 'A page of refusals.', {
          page: {
            items: [
              {
                request_id: REQUEST_ID,
                at: '2026-03-14T11:58:21Z',
                code: 'resource_not_allowed',
                check: 'resource',
                detail: 'It does not open b81d03c6fa2e4d77.',
                token: RECORD.id,
                signer: null,
                user: RECORD.user,
                resource: 'b81d03c6fa2e4d77',
                origin: HOST,
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
