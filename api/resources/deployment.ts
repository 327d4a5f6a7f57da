import * as v from 'valibot'
import manifest from '../../package.json' with { type: 'json' }
import { StatisticsQuery } from '../../worker/routes/requests.ts'
import { json } from '../content.ts'
import { RECORD, RESOURCE } from '../examples.ts'
import { BiuwerTokenStates, timestamp, whole } from '../fields.ts'
import { named, queryParameters } from '../json-schema.ts'
import { MANAGED, problems } from '../refusals.ts'
import type { Paths } from '../shape.ts'

const Deployment = named(
  'Deployment',
  v.object({
    version: v.string(),
    actor: v.string(),
    biuwer_instance: v.string(),
    allowed_origins: v.nullable(v.array(v.string())),
    session_ttl: whole,
    session_check: whole,
    revocation_lease: whole,
    biuwer_token_source: v.boolean(),
  }),
  'The settings that are no secret.',
  {
    version: 'The version of the product that is deployed.',
    actor: 'The key that asked, as the audit names it.',
    biuwer_instance: 'Origin of the Biuwer instance.',
    allowed_origins:
      'The entries of `ALLOWED_ORIGINS`: origins that may show dashboards, `https://*.example.com` for all below a name, and `*` for every http and https origin, where those of apps stand beside it. null: `*` alone.',
    session_ttl: 'Seconds that a session lasts at most.',
    session_check: 'Seconds within which a session has to be confirmed.',
    revocation_lease: 'Seconds after which a change holds for new sessions.',
    biuwer_token_source: 'Whether there is a token source, which makes Biuwer tokens for the edge.',
  },
)
const tally = { opened: whole, refused: whole }
const Openings = named(
  'Openings',
  v.object({
    by: v.picklist(['day', 'hour']),
    series: v.array(v.object({ at: timestamp, opened: whole, refused: v.record(v.string(), whole) })),
    policies: v.nullable(v.array(v.object({ policy: v.string(), ...tally }))),
    resources: v.nullable(v.array(v.object({ resource: v.nullable(v.string()), ...tally }))),
    records: v.nullable(
      v.array(
        v.object({
          token: v.nullable(v.string()),
          signer: v.nullable(v.string()),
          user: v.string(),
          ...tally,
        }),
      ),
    ),
  }),
  'Openings and refusals, previews left out.',
  {
    by: 'Whether `series` has days or hours.',
    series:
      'What opened, and what was refused by code, in each day or hour (UTC) that had any, by its beginning; oldest first.',
    policies:
      'By the `refresh` of their records, or `signed`; null where some users alone are counted: that is counted by record.',
    resources:
      'By resource, those with the most first, 100 at most; then all others together, whose `resource` is null. null in place of the list as for `policies`.',
    records:
      'Of the user that `user` names: by record, or by signer, those with the most first, 100 at most. null: no user was named.',
  },
)
const Statistics = named(
  'Statistics',
  v.object({
    since: timestamp,
    counted_at: timestamp,
    users: whole,
    tokens: v.object({ pending: whole, active: whole, expired: whole, revoked: whole }),
    signers: v.object({ active: whole, revoked: whole }),
    biuwer_tokens: BiuwerTokenStates.schema,
    actions: v.array(v.object({ day: timestamp, action: v.string(), count: whole })),
    openings: Openings.schema,
  }),
  'What the deployment counts.',
  {
    since: 'Actions and openings are counted from this midnight (UTC) on.',
    counted_at: 'When users and tokens were counted.',
    users: 'Users that are linked.',
    tokens: 'Token records by status.',
    signers: 'Signers by status.',
    biuwer_tokens: 'Users whose Biuwer tokens deserve attention.',
    actions: 'Management actions by day.',
    openings: 'Openings and refusals of tokens whose signature holds.',
  },
)

const tags: [string] = ['Deployment']
const security = [{ admin: [] }]
const TOKENS = { pending: 2, active: 131, expired: 40, revoked: 7 }
const ACTIONS = [{ day: '2026-03-14T00:00:00Z', action: 'token.create', count: 12 }]
const REST = {
  since: '2026-03-14T00:00:00Z',
  counted_at: '2026-03-14T12:00:00Z',
  users: 64,
  tokens: TOKENS,
  signers: { active: 1, revoked: 0 },
  biuwer_tokens: { ending: 2, expired: 0, failing: 0 },
  actions: ACTIONS,
}

export const DEPLOYMENT: Paths = {
  '/v1/deployment': {
    get: {
      operationId: 'getDeployment',
      tags,
      summary: 'Show the settings',
      description: 'Those that are no secret. Tells, too, how the audit names the key that asks.',
      security,
      responses: {
        200: json(Deployment, 'The settings.', {
          settings: {
            version: manifest.version,
            actor: '4f9a1c03be27',
            biuwer_instance: 'https://acme.biuwer.com',
            allowed_origins: ['https://app.example.com'],
            session_ttl: 28_800,
            session_check: 300,
            revocation_lease: 60,
            biuwer_token_source: false,
          },
        }),
        ...problems(MANAGED),
      },
    },
  },
  '/v1/statistics': {
    get: {
      operationId: 'getStatistics',
      tags,
      summary: 'Count tokens, actions and openings',
      description:
        'Tokens and users are counted at most a minute ago; actions in the audit. Openings and refusals are those that instances of the edge have written, which they do within ten seconds: kept by hour and day for 400 days, by record and day for 90. Days are those of UTC.',
      security,
      parameters: queryParameters(StatisticsQuery, {
        days: 'How many days, today included, actions and openings are of. Of some users: 90 at most.',
        by: 'Whether openings are told by day or by hour. Of some users: by day.',
        user: 'Only openings of this user’s tokens. A key for some users is told of theirs alone, with or without it.',
      }),
      responses: {
        200: json(Statistics, 'The counts.', {
          everybody: {
            ...REST,
            openings: {
              by: 'day',
              series: [{ at: '2026-03-14T00:00:00Z', opened: 1204, refused: { token_expired: 3 } }],
              policies: [
                { policy: 'daily', opened: 1150, refused: 3 },
                { policy: 'signed', opened: 54, refused: 0 },
              ],
              resources: [
                { resource: RESOURCE, opened: 1180, refused: 3 },
                { resource: null, opened: 24, refused: 0 },
              ],
              records: null,
            },
          },
          one_user: {
            ...REST,
            openings: {
              by: 'day',
              series: [{ at: '2026-03-14T00:00:00Z', opened: 12, refused: {} }],
              policies: null,
              resources: null,
              records: [{ token: RECORD.id, signer: null, user: RECORD.user, opened: 12, refused: 0 }],
            },
          },
        }),
        ...problems(['invalid_request', ...MANAGED]),
      },
    },
  },
}
