import * as v from 'valibot'
import { OpenRequest as OpenRequestSchema } from '../../worker/routes/requests.ts'
import type { SessionOpened as WireOpened, SessionStatus as WireStatus } from '../../worker/wire.ts'
import { body, json, TRACED } from '../content.ts'
import { EDGE, HOST, RESOURCE, SESSION_TOKEN, TOKEN } from '../examples.ts'
import { timestamp, whole } from '../fields.ts'
import { named } from '../json-schema.ts'
import { ALWAYS, problems, STORED, WITH_BODY } from '../refusals.ts'
import type { Paths } from '../shape.ts'

const CHECK_AFTER = 'The frame takes the page down unless a check begun within so many seconds succeeded.'

const OpenRequest = named('OpenRequest', OpenRequestSchema, 'What the frame asks.', {
  token: 'The embed token.',
  resource: 'The resource id to open.',
  origin: "The host page's origin as the browser reported it to the frame.",
  exposed:
    'Whether the frame found that scripts of the page can reach its child windows, as in Firefox where page and edge are of different sites. Default: false, but true in Firefox.',
  session:
    'With a renewal: the `session_token` so far. The Biuwer token that is shown stays while it lengthens the session, so that the page need not be shown anew.',
  frame:
    'The version of the frame document. One that the edge has withdrawn is refused with `frame_withdrawn` before anything else is looked at, and reloads itself.',
  session_key:
    'At least 128 random bits as base64url, made once per page view and token. A single-use token binds to the first that redeems it; a renewal carries the same one.',
})
const Share = named(
  'Share',
  v.object({ src: v.string(), name: v.string() }),
  'Where the frame navigates the inner iframe.',
  {
    src: "Biuwer's share page.",
    name: "The iframe's name. Holds Biuwer's secret: it never leaves the frame.",
  },
)
const SessionOpened = named(
  'SessionOpened',
  v.object({
    session_id: v.string(),
    user: v.string(),
    resource: v.string(),
    expires_at: timestamp,
    check_after_seconds: whole,
    share: Share.schema,
    session_token: v.string(),
  }) satisfies v.GenericSchema<WireOpened>,
  'An open session.',
  {
    session_id: 'The same for renewals with the same session key.',
    user: 'The user whose rights the page has.',
    resource: 'The resource id that was opened.',
    expires_at: 'When the session ends by itself.',
    check_after_seconds: CHECK_AFTER,
    share: 'Where the frame goes.',
    session_token: 'The bearer of `GET /v1/sessions/current`. A secret of the frame.',
  },
)
const SessionStatus = named(
  'SessionStatus',
  v.object({
    expires_at: timestamp,
    check_after_seconds: whole,
  }) satisfies v.GenericSchema<WireStatus>,
  'A session that still stands.',
  {
    expires_at: 'When the session ends by itself.',
    check_after_seconds: CHECK_AFTER,
  },
)

const tags: [string] = ['Sessions']

/** What the frame asks; hosts never do. */
export const SESSIONS: Paths = {
  '/v1/sessions': {
    post: {
      operationId: 'openSession',
      tags,
      summary: 'Open a session',
      description:
        "Redeems an embed token. Called by the edge's own frame: the `Origin` header has to be the edge's. Signature, time and scope are checked before storage is asked; a refusal spends nothing. With the same session key and a newer token the session is renewed.",
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
      requestBody: body(OpenRequest, {
        open: { token: TOKEN, resource: RESOURCE, origin: HOST, session_key: 'Jb4nU7tq0ZxRw2sMvE9kLg' },
      }),
      responses: {
        201: json(SessionOpened, 'The session.', {
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
          'frame_withdrawn',
          'user_not_linked',
          'biuwer_token_not_yet_valid',
          'biuwer_token_expired',
          'biuwer_unavailable',
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
        200: json(SessionStatus, 'The session stands.', {
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
