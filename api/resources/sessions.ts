import { EDGE, HOST, RESOURCE, SESSION_TOKEN, TOKEN } from '../examples.ts'
import { ALWAYS, body, json, problems, STORED, TRACED, WITH_BODY } from '../refusals.ts'
import type { Paths } from '../shape.ts'

const tags: [string] = ['Sessions']

/** What the frame asks; hosts never do. */
export const SESSIONS: Paths = {
  '/v1/sessions': {
    post: {
      operationId: 'openSession',
      tags,
      summary: 'Open a session',
      description:
        "Redeems an embed token value. Called by the edge's own frame: the `Origin` header has to be the edge's. Signature, time and scope are checked before storage is asked; a refusal spends nothing. With the same session key and a newer value the session is renewed.",
      security: [],
      parameters: [
        {
          name: 'Origin',
          in: 'header',
          required: true,
          description: "The edge's own origin, as browsers send it.",
          schema: { type: 'string' },
          example: EDGE,
        },
      ],
      requestBody: body('OpenRequest', {
        open: { token: TOKEN, resource: RESOURCE, origin: HOST, session_key: 'Jb4nU7tq0ZxRw2sMvE9kLg' },
      }),
      responses: {
        201: json('SessionOpened', 'The session.', {
          opened: {
            session_id: 'ses_o6Qe0dJrW2yKxN8tB4uHsA',
            user: 'store-1',
            resource: RESOURCE,
            expires_at: '2026-03-14T20:00:00Z',
            check_after_seconds: 300,
            share: {
              src: 'https://acme.biuwer.com/share',
              name: `${RESOURCE}:00000000-0000-4000-8000-000000000000`,
            },
            session_token: SESSION_TOKEN,
          },
        }),
        ...problems([
          ...WITH_BODY,
          'token_malformed',
          'token_invalid',
          'token_not_yet_valid',
          'token_expired',
          'token_revoked',
          'resource_not_allowed',
          'origin_not_allowed',
          'token_spent',
          'frame_exposed',
          'user_not_linked',
          'rate_limited',
          ...STORED,
        ]),
      },
    },
  },
  '/v1/sessions/current': {
    get: {
      operationId: 'checkSession',
      tags,
      summary: 'Check a session',
      security: [{ session: [] }],
      responses: {
        200: json('SessionStatus', 'The session stands.', {
          stands: { expires_at: '2026-03-14T20:00:00Z', check_after_seconds: 300 },
        }),
        ...problems(['unauthorized', 'session_expired', 'session_revoked', 'rate_limited', ...STORED]),
      },
    },
  },
  '/v1/frame': {
    get: {
      operationId: 'getFrame',
      tags,
      summary: 'The frame document',
      description:
        'What the tag shows: the same for everybody, without a secret. May be kept for a year under the versioned address that the tag asks for. `frame-ancestors` lists `ALLOWED_ORIGINS`.',
      security: [],
      parameters: [
        {
          name: 'v',
          in: 'query',
          description: 'The version that the tag knows of the document.',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: {
          description: 'The document.',
          headers: {
            ...TRACED,
            'Content-Security-Policy': {
              description: 'Keeps foreign pages out and the inner frame on the instance.',
              schema: { type: 'string' },
            },
          },
          content: { 'text/html': { schema: { type: 'string' } } },
        },
        ...problems(ALWAYS),
      },
    },
  },
}
