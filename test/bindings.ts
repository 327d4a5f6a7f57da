import { createHash, randomBytes } from 'node:crypto'

import { ADMIN_KEY } from './worker/admin-key.ts'

/** The settings under which the worker's tests run; they override wrangler.toml's. */

const secret = () => randomBytes(32).toString('base64url')
const set = (...keys: object[]) => JSON.stringify({ keys })

export const testBindings = {
  BIUWER_INSTANCE: 'acme',
  ALLOWED_ORIGINS: 'https://app.example.com https://other.example.com',
  SESSION_TTL: '28800',
  SESSION_CHECK: '300',
  REVOCATION_LEASE: '60',
  ADMIN_KEYS: createHash('sha256').update(ADMIN_KEY).digest('hex'),
  TOKEN_KEYS: set(
    { kty: 'oct', alg: 'HS256', kid: 'first', k: secret() },
    { kty: 'oct', alg: 'HS256', kid: 'second', k: secret() },
  ),
  VAULT_KEYS: set({ kty: 'oct', alg: 'A256GCM', kid: 'vault', k: secret() }),
}
