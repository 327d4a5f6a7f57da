import { json, MANAGED, problems } from '../refusals.ts'
import type { Parameter, Paths } from '../shape.ts'

const tags: [string] = ['Deployment']
const security = [{ admin: [] }]
const TOKENS = { pending: 2, active: 131, expired: 40, revoked: 7 }
const ACTIONS = [{ day: '2026-03-14T00:00:00Z', action: 'token.create', count: 12 }]
const REST = {
  since: '2026-03-14T00:00:00Z',
  counted_at: '2026-03-14T12:00:00Z',
  users: 64,
  tokens: TOKENS,
  actions: ACTIONS,
}

export function deployment(statisticsQuery: Parameter[]): Paths {
  return {
    '/v1/deployment': {
      get: {
        operationId: 'getDeployment',
        tags,
        summary: 'Show the settings',
        description: 'Those that are no secret. Tells, too, whether a key is an admin key, and which.',
        security,
        responses: {
          200: json('Deployment', 'The settings.', {
            settings: {
              version: '0.1.0',
              actor: '4f9a1c03be27',
              biuwer_instance: 'https://acme.biuwer.com',
              allowed_origins: ['https://app.example.com'],
              session_ttl: 28_800,
              session_check: 300,
              revocation_lease: 60,
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
          'Tokens and users are counted in the registry, at most a minute ago; actions in the audit. Openings come from Analytics Engine where `ANALYTICS_ACCOUNT_ID` and `ANALYTICS_TOKEN` are set: some minutes late, and estimated from samples where there are many. Days are those of UTC.',
        security,
        parameters: statisticsQuery,
        responses: {
          200: json('Statistics', 'The counts.', {
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
}
