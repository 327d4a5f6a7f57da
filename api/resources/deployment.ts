import * as v from 'valibot'
import manifest from '../../package.json' with { type: 'json' }
import { StatisticsQuery } from '../../worker/routes/requests.ts'
import { json } from '../content.ts'
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
    openings: v.variant('readable', [
      v.object({
        readable: v.literal(true),
        items: v.array(v.object({ day: timestamp, code: v.string(), count: whole })),
      }),
      v.object({
        readable: v.literal(false),
        reason: v.picklist(['not_configured', 'failed', 'some_users']),
      }),
    ]),
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
    openings:
      'Sessions opened, and refused by code, by day, previews left out; or why they can not be read: `not_configured`; `failed`, which the log explains; or `some_users`, since the key is for some users and openings are counted of all.',
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
        'Tokens and users are counted at most a minute ago; actions in the audit. Openings come from Analytics Engine where `ANALYTICS_ACCOUNT_ID` and `ANALYTICS_TOKEN` are set: some minutes late, and estimated from samples where there are many. Days are those of UTC.',
      security,
      parameters: queryParameters(StatisticsQuery, {
        days: 'How many days, today included, actions and openings are of.',
      }),
      responses: {
        200: json(Statistics, 'The counts.', {
          readable: {
            ...REST,
            openings: {
              readable: true,
              items: [
                { day: '2026-03-14T00:00:00Z', code: 'opened', count: 1204 },
                { day: '2026-03-14T00:00:00Z', code: 'token_expired', count: 3 },
              ],
            },
          },
          without_analytics: { ...REST, openings: { readable: false, reason: 'not_configured' } },
        }),
        ...problems(['invalid_request', ...MANAGED]),
      },
    },
  },
}
