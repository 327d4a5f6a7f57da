import { EFFECTIVE_BY, HOST, RECORD, RESOURCE, REVOKED, TOKEN, VALUE } from '../examples.ts'
import { body, json, MANAGED, problems, REPLAYED, TAGGED, WITH_BODY } from '../refusals.ts'
import type { Parameter, Paths } from '../shape.ts'

const tags: [string] = ['Tokens']
const security = [{ admin: [] }]

const id: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: "The record's id.",
  schema: { type: 'string' },
  example: RECORD.id,
}

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Makes a repetition safe: the same key and body are answered alike for 24 hours, even where the clock or the settings would refuse them by now; the same key with another body is refused. Counted per admin key; bodies are compared as JSON, and refusals are not kept.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  example: 'f3b7f2de-64cb-4d2a-9a43-0e7f3f4c2b11',
}

const ifMatch: Parameter = {
  name: 'If-Match',
  in: 'header',
  description:
    'The `ETag` of the record that the change was decided on, its `version` between quotes. Where somebody changed the record since, the change is refused.',
  schema: { type: 'string', pattern: '^("\\d{1,15}"|\\*)$' },
  example: '"1"',
}

export function tokens(listQuery: Parameter[]): Paths {
  return {
    '/v1/tokens': {
      post: {
        operationId: 'createToken',
        tags,
        summary: 'Create a token record',
        description:
          'Answers with the record and the value that it gives out now. The value works at once, anywhere.',
        security,
        parameters: [idempotencyKey],
        requestBody: body('TokenRequest', {
          simple: { user: 'store-1' },
          daily: {
            user: 'store-1',
            resources: [RESOURCE],
            refresh: 'daily',
            time_zone: 'Europe/Madrid',
            label: 'Sales of store 1',
          },
          single_use: { user: 'store-1', refresh: 'single-use', single_use_ttl: 120, origins: [HOST] },
        }),
        responses: {
          201: json(
            'IssuedToken',
            'The record and its value.',
            {
              created: { ...RECORD, last_used_at: null, ...VALUE },
            },
            REPLAYED,
          ),
          ...problems([...WITH_BODY, 'user_not_linked', 'conflict', 'idempotency_mismatch', ...MANAGED]),
        },
      },
      get: {
        operationId: 'listTokens',
        tags,
        summary: 'List token records',
        description: 'Newest first, strongly consistent.',
        security,
        parameters: listQuery,
        responses: {
          200: json('TokenList', 'A page of records.', { page: { items: [RECORD], next_cursor: 'djE6NDE' } }),
          ...problems(['invalid_request', ...MANAGED]),
        },
      },
    },
    '/v1/tokens/{id}': {
      get: {
        operationId: 'getToken',
        tags,
        summary: 'Show a token record',
        security,
        parameters: [id],
        responses: {
          200: json('TokenRecord', 'The record.', { record: RECORD }, TAGGED),
          ...problems(['not_found', ...MANAGED]),
        },
      },
      patch: {
        operationId: 'updateToken',
        tags,
        summary: 'Change a token record',
        description:
          'What narrows holds everywhere by `effective_by`, for values and sessions given out before; what widens holds for values given out from now on. A record that has ended takes a new label and metadata alone.',
        security,
        parameters: [id, ifMatch],
        requestBody: body(
          'UpdateRequest',
          { narrow: { resources: [RESOURCE] }, relabel: { label: 'Sales', metadata: { store: null } } },
          false,
        ),
        responses: {
          200: json(
            'ChangedToken',
            'The record as it is now.',
            { changed: { ...RECORD, version: 2, effective_by: EFFECTIVE_BY } },
            TAGGED,
          ),
          ...problems([...WITH_BODY, 'not_found', 'conflict', 'precondition_failed', ...MANAGED]),
        },
      },
      delete: {
        operationId: 'revokeToken',
        tags,
        summary: 'Revoke a token record',
        description: 'Again: the same answer, whatever version `If-Match` names.',
        security,
        parameters: [id, ifMatch],
        responses: {
          200: json('ChangedToken', 'The record is revoked.', {
            revoked: { ...REVOKED, effective_by: EFFECTIVE_BY },
          }),
          ...problems(['invalid_request', 'not_found', 'precondition_failed', ...MANAGED]),
        },
      },
    },
    '/v1/tokens/{id}/refresh': {
      post: {
        operationId: 'refreshToken',
        tags,
        summary: "Get today's value",
        description:
          'The value that the record gives out now, by its policy: the same within a period, a new one each time for `single-use`. With `rotate` a new generation starts at once; values of the one before end after the overlap of the record.',
        security,
        parameters: [id, ifMatch],
        requestBody: body('RefreshRequest', { refresh: {}, rotate: { rotate: true } }, false),
        responses: {
          200: json('RefreshedToken', 'The record and its value.', {
            refreshed: { ...RECORD, ...VALUE },
            rotated: { ...RECORD, generation: 2, ...VALUE, effective_by: EFFECTIVE_BY },
          }),
          ...problems([...WITH_BODY, 'not_found', 'conflict', 'precondition_failed', ...MANAGED]),
        },
      },
    },
    '/v1/tokens/{id}/preview': {
      post: {
        operationId: 'previewToken',
        tags,
        summary: 'Get a value to try the record with',
        description:
          "It opens the one resource, on the edge's own pages (the console) alone, for five minutes, and spends nothing; the record's `origins` do not bind it. It counts as a use of the record, and stands in the audit.",
        security,
        parameters: [id],
        requestBody: body('PreviewRequest', { preview: { resource: RESOURCE } }),
        responses: {
          200: json('PreviewValue', 'The value.', { value: VALUE }),
          ...problems([...WITH_BODY, 'not_found', 'conflict', 'resource_not_allowed', ...MANAGED]),
        },
      },
    },
    '/v1/tokens/{id}/explain': {
      post: {
        operationId: 'explainToken',
        tags,
        summary: 'Explain an opening',
        description:
          'Why an opening is, was or will be let in or refused: every check in order. Consumes nothing.',
        security,
        parameters: [id],
        requestBody: body(
          'ExplainRequest',
          {
            opening: { token: TOKEN, resource: RESOURCE, origin: HOST },
            later: { at: '2026-04-01T00:00:00Z' },
          },
          false,
        ),
        responses: {
          200: json('Explanation', 'The checks.', {
            refused: {
              allowed: false,
              checks: [
                { check: 'record', ok: true, detail: 'The record exists and stands for user store-1.' },
                { check: 'validity', ok: true, detail: 'It is valid and has no end.' },
                {
                  check: 'origin',
                  ok: false,
                  detail: 'The deployment does not allow https://new.example.com: ALLOWED_ORIGINS lacks it.',
                },
                { check: 'revocation', ok: true, detail: 'It is not revoked.' },
                { check: 'user', ok: true, detail: 'User store-1 is linked to Biuwer.' },
              ],
            },
          }),
          ...problems([...WITH_BODY, 'not_found', ...MANAGED]),
        },
      },
    },
  }
}
