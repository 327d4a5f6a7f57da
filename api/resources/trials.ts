import * as v from 'valibot'
import type { OpeningCheckName } from '../../worker/policy/explanation.ts'
import {
  ExplainRequest as ExplainRequestSchema,
  ExplainTokenRequest as ExplainTokenRequestSchema,
  PreviewRequest as PreviewRequestSchema,
} from '../../worker/routes/requests.ts'
import { body, json } from '../content.ts'
import { GIVEN, HOST, RESOURCE, TOKEN } from '../examples.ts'
import { timestamp } from '../fields.ts'
import { named } from '../json-schema.ts'
import { MANAGED, problems, WITH_BODY } from '../refusals.ts'
import type { Paths } from '../shape.ts'
import { RECORD_ID } from './tokens.ts'

const PreviewRequest = named('PreviewRequest', PreviewRequestSchema, 'What to try.', {
  resource: 'The resource id to be opened.',
})

export const PreviewToken = named(
  'PreviewToken',
  v.object({ token: v.string(), token_expires_at: v.nullable(timestamp) }),
  "A token that opens on the edge's own pages alone.",
  {
    token: 'The token, for the tag.',
    token_expires_at: 'When the token, and what it opened, ends: five minutes from now at most.',
  },
)

const ExplainRequest = named(
  'ExplainRequest',
  ExplainRequestSchema,
  'What to ask about. What is left out is not checked.',
  {
    token: 'A token that the record is said to have given out.',
    resource: 'The resource id to be opened.',
    origin: 'The origin of the host page.',
    at: 'The moment asked about. Default: now.',
  },
)

const ExplainTokenRequest = named(
  'ExplainTokenRequest',
  ExplainTokenRequestSchema,
  'What to ask about. What is left out is not checked.',
  {
    token: 'The token, whoever has signed it.',
    resource: 'The resource id to be opened.',
    origin: 'The origin of the host page.',
    at: 'The moment asked about. Default: now.',
  },
)

const CHECK_NAMES = [
  'signature',
  'record',
  'validity',
  'resource',
  'origin',
  'revocation',
  'user',
  'biuwer_token',
  'single_use',
] as const satisfies OpeningCheckName[]

const Check = named(
  'Check',
  v.object({ check: v.picklist(CHECK_NAMES), ok: v.boolean(), detail: v.string() }),
  'One of the questions that an opening has to pass.',
  {
    check: 'Which one.',
    ok: 'Whether it is passed.',
    detail: 'The answer in a sentence.',
  },
)

const Explanation = named(
  'Explanation',
  v.object({ allowed: v.boolean(), checks: v.array(Check.schema) }),
  'Every check that could be made, in the order of an opening.',
  {
    allowed: 'Whether every check is passed.',
    checks: 'The checks.',
  },
)

const tags: [string] = ['Tokens']
const security = [{ admin: [] }]

/** Asking what a token record opens, without an opening. */
export const TRIALS: Paths = {
  '/v1/tokens/{id}/preview': {
    post: {
      operationId: 'previewToken',
      tags,
      summary: 'Get a token to try the record with',
      description:
        "It opens the one resource, on the edge's own pages (the console) alone, for five minutes, and spends nothing; the record's `origins` do not bind it. It counts as a use of the record, and stands in the audit.",
      security,
      parameters: [RECORD_ID],
      requestBody: body(PreviewRequest, { preview: { resource: RESOURCE } }),
      responses: {
        200: json(PreviewToken, 'The token.', { token: GIVEN }),
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
      parameters: [RECORD_ID],
      requestBody: body(
        ExplainRequest,
        {
          opening: { token: TOKEN, resource: RESOURCE, origin: HOST },
          later: { at: '2026-04-01T00:00:00Z' },
        },
        false,
      ),
      responses: {
        200: json(Explanation, 'The checks.', {
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
              { check: 'biuwer_token', ok: true, detail: "The user's Biuwer token is valid and has no end." },
            ],
          },
        }),
        ...problems([...WITH_BODY, 'not_found', ...MANAGED]),
      },
    },
  },
  '/v1/explain': {
    post: {
      operationId: 'explainOpening',
      tags,
      summary: 'Explain an opening with a token',
      description:
        'As `explainToken`, for a token of which nothing else is known, whoever has signed it. A token that a host has signed has no check `record`.',
      security,
      requestBody: body(ExplainTokenRequest, { opening: { token: TOKEN, resource: RESOURCE, origin: HOST } }),
      responses: {
        200: json(Explanation, 'The checks.', {
          unknown: {
            allowed: false,
            checks: [
              {
                check: 'signature',
                ok: false,
                detail: 'This is no token: it is cut off, or something else was pasted.',
              },
            ],
          },
        }),
        ...problems([...WITH_BODY, ...MANAGED]),
      },
    },
  },
}
