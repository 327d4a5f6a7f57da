/** The edge's management API, as far as this application uses it. Runs on the server only: it holds the admin key. */
export interface EdgeApi {
  linkUser(user: string, biuwerToken: string): Promise<void>
  /** The same key and the same request within a day are the same record. */
  createToken(request: TokenRequest, idempotencyKey: string): Promise<TokenRecord>
  token(id: string): Promise<TokenRecord>
  /** Today's value by the record's policy. */
  refreshToken(id: string): Promise<IssuedToken>
  revokeToken(id: string): Promise<Revocation>
}

export type Refresh = 'none' | 'daily' | 'monthly' | 'single-use'

export interface TokenRequest {
  user: string
  label: string
  refresh: Refresh
  resources: string[]
  origins?: string[]
  from?: string
  to?: string
  time_zone?: string
  single_use_ttl?: number
}

export interface TokenRecord {
  id: string
  user: string
  refresh: Refresh
  status: 'pending' | 'active' | 'expired' | 'revoked'
  from: string
  to: string | null
  time_zone: string
  overlap: number
}

export interface IssuedToken extends TokenRecord {
  token: string
  token_expires_at: string | null
}

export interface Revocation {
  effective_by: { new_sessions: string; open_sessions: string }
}

/** The edge said no; `code` says why. */
export class EdgeRefusal extends Error {
  override name = 'EdgeRefusal'
  readonly code: string
  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
  }
}

export function edgeApi(edge: string, adminKey: string): EdgeApi {
  async function call<Answer>(method: string, path: string, body?: object, headers = {}): Promise<Answer> {
    const answer = await fetch(new URL(path, edge), {
      method,
      headers: {
        Authorization: `Bearer ${adminKey}`,
        ...(body ? { 'Content-Type': 'application/json' } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(15_000),
    })
    if (!answer.ok) {
      const { code, detail } = (await answer.json()) as { code: string; detail: string }
      throw new EdgeRefusal(code, `${detail} (${method} ${path})`)
    }
    return (await answer.json()) as Answer
  }
  const at = (...segments: string[]) => `/v1/${segments.map(encodeURIComponent).join('/')}`

  return {
    async linkUser(user, biuwerToken) {
      await call('PUT', at('users', user), { biuwer_token: biuwerToken })
    },
    createToken: (request, idempotencyKey) =>
      call('POST', at('tokens'), request, { 'Idempotency-Key': idempotencyKey }),
    token: (id) => call('GET', at('tokens', id)),
    refreshToken: (id) => call('POST', at('tokens', id, 'refresh')),
    revokeToken: (id) => call('DELETE', at('tokens', id)),
  }
}
