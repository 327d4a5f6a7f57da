import type { Json } from './shape.ts'

/** What the document's examples show. Of the right shape, and good for nothing. */

export const EDGE = 'https://embed.example.com'
export const HOST = 'https://app.example.com'
export const REQUEST_ID = 'req_Zk3vP0h8QmS1yB7cT5wXfA'
export const RESOURCE = '9f2c4b7ad1e84c0f'

const part = (claims: object) => btoa(JSON.stringify(claims)).replace(/=+$/, '')
/** Read by any JWT library; signed with the word "example". */
export const TOKEN = [
  part({ alg: 'HS256', typ: 'biuwer-embed+jwt', kid: '2026-03' }),
  part({ iss: 'biuwer-embed', sub: 'tok_mX2rT9bQ4kLw7ZsVn1CfYg' }),
  'ZXhhbXBsZQ',
].join('.')
export const SESSION_TOKEN = [
  part({ alg: 'HS256', typ: 'biuwer-session+jwt', kid: '2026-03' }),
  part({ iss: 'biuwer-embed', sid: 'ses_o6Qe0dJrW2yKxN8tB4uHsA' }),
  'ZXhhbXBsZQ',
].join('.')
export const BIUWER_TOKEN = '00000000-0000-4000-8000-000000000000'

export const USER = {
  user: 'store-1',
  linked_at: '2026-03-02T09:14:07Z',
  updated_at: '2026-03-02T09:14:07Z',
  biuwer_refresh: 'manual',
}
export const EFFECTIVE_BY = { new_sessions: '2026-03-14T12:01:02Z', open_sessions: '2026-03-14T12:06:02Z' }

export const RECORD = {
  id: 'tok_mX2rT9bQ4kLw7ZsVn1CfYg',
  user: 'store-1',
  resources: [RESOURCE],
  origins: null,
  refresh: 'daily',
  from: '2026-03-02T09:15:00Z',
  to: null,
  time_zone: 'Europe/Madrid',
  overlap: 3600,
  single_use_ttl: null,
  region: null,
  label: 'Sales of store 1',
  metadata: { store: '1' },
  version: 1,
  generation: Date.UTC(2026, 2, 2, 9, 15),
  created_at: '2026-03-02T09:15:00Z',
  last_used_at: '2026-03-14T11:58:21Z',
  revoked_at: null,
  status: 'active',
} satisfies Json
export const GIVEN = { token: TOKEN, token_expires_at: '2026-03-15T00:00:00Z' }
export const REVOKED = { ...RECORD, status: 'revoked', revoked_at: '2026-03-14T12:00:00Z' }
