import { type OAuthHelpers, OAuthProvider } from '@cloudflare/workers-oauth-provider'

/** Cloudflare's own OAuth provider, set up as its documentation says: it validates bearers and exchanges codes. */
interface Env {
  OAUTH_KV: KVNamespace
  OAUTH_PROVIDER: OAuthHelpers
}

const RESOURCE = 'http://127.0.0.1/api'
const CALLBACK = 'https://app.example.com/callback'

const defaultHandler = {
  /** Makes a client and `n` authorization codes. */
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname !== '/codes') return new Response('not found', { status: 404 })
    const provider = env.OAUTH_PROVIDER
    const client = await provider.createClient({
      redirectUris: [CALLBACK],
      tokenEndpointAuthMethod: 'client_secret_post',
    })
    const codes = []
    for (let made = 0; made < Number(url.searchParams.get('n')); made++) {
      const { redirectTo } = await provider.completeAuthorization({
        request: {
          responseType: 'code',
          clientId: client.clientId,
          redirectUri: CALLBACK,
          scope: [],
          resource: RESOURCE,
          state: 's',
        },
        userId: `user-${made}`,
        metadata: {},
        scope: [],
        props: { user: `user-${made}` },
      })
      codes.push(new URL(redirectTo).searchParams.get('code'))
    }
    return Response.json({
      id: client.clientId,
      secret: client.clientSecret,
      callback: CALLBACK,
      resource: RESOURCE,
      codes,
    })
  },
}

export default new OAuthProvider<Env>({
  resourceMetadata: { resource: RESOURCE },
  apiRoute: '/api',
  apiHandler: { fetch: () => Response.json({ ok: true }) },
  defaultHandler,
  authorizeEndpoint: '/authorize',
  tokenEndpoint: '/token',
})
