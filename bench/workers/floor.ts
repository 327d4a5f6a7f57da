import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'
import { CompactSign, compactVerify, decodeJwt, errors, importJWK, type JWK } from 'jose'
// The floor uses the edge's own schema and cryptography on purpose: only what the edge adds to them may differ.
import { prepareTables } from '../../worker/storage/registry-schema.ts'
import { toRow } from '../../worker/storage/token-row.ts'
import { decode } from '../../worker/tokens/base64url.ts'
import { signJwt, verifyJwt } from '../../worker/tokens/jws.ts'
import { type KeySet, readTokenKeys, type TokenKey } from '../../worker/tokens/keys.ts'
import { digest } from '../../worker/tokens/random.ts'

/**
 * The least that each path of the edge has to do: its cryptography and its storage operations, without any rule, check
 * or log. `/hot-jose` and `/forged-jose` use the library jose for the cryptography, as is common in workers.
 */
interface Env {
  TOKEN_KEYS: string
  VAULT_KEYS: string
  FLOOR_KV: KVNamespace
  FLOOR: DurableObjectNamespace<Floor>
}

const SPENT =
  'CREATE TABLE IF NOT EXISTS spent (jti TEXT PRIMARY KEY, session_key TEXT NOT NULL) WITHOUT ROWID, STRICT'

export class Floor extends DurableObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    prepareTables(ctx.storage.sql)
    ctx.storage.sql.exec(SPENT)
  }

  spend(jti: string, key: string): boolean {
    const { sql } = this.ctx.storage
    sql.exec('INSERT INTO spent (jti, session_key) VALUES (?, ?) ON CONFLICT DO NOTHING', jti, key)
    return sql.exec('SELECT session_key FROM spent WHERE jti = ?', jti).one().session_key === key
  }

  /** Reads what a lease needs, the record and its user, and notes when the record was used. */
  lease(id: string): object {
    const record = this.read(id)
    this.ctx.storage.sql.exec(
      'UPDATE tokens SET last_used_at = ? WHERE id = ?',
      Math.floor(Date.now() / 1000),
      id,
    )
    return record
  }

  read(id: string): object {
    const { sql } = this.ctx.storage
    const find = () => sql.exec('SELECT * FROM tokens WHERE id = ?', id).toArray()
    let [record] = find()
    if (!record) {
      const row = { ...RECORD, id }
      const columns = Object.keys(row)
      sql.exec(`INSERT INTO tokens (${columns}) VALUES (${columns.map(() => '?')})`, ...Object.values(row))
      ;[record] = find()
    }
    const [user] = sql.exec('SELECT * FROM users WHERE user = ?', RECORD.user).toArray()
    return { ...record, ...user, leasedUntil: Date.now() / 1000 + 3600 }
  }
}

/** A whole token record, so that as much is read and carried as in the edge. */
const RECORD = toRow({
  id: '',
  user: 'store-1',
  resources: null,
  origins: null,
  refresh: 'none',
  from: 1,
  to: null,
  timeZone: 'UTC',
  overlap: 0,
  singleUseTtl: null,
  region: null,
  label: null,
  metadata: {},
  version: 1,
  revision: 1,
  generation: 1,
  generationStartedAt: 1,
  createdAt: 1,
  lastUsedAt: null,
  revokedAt: null,
})

const utf8 = new TextEncoder()
const app = new Hono<{ Bindings: Env }>()

interface Keys {
  token: KeySet<TokenKey>
  vault: CryptoKey
  sealed: { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }
}
let keys: Promise<Keys> | undefined

async function readKeys(env: Env): Promise<Keys> {
  const [vaultKey] = JSON.parse(env.VAULT_KEYS).keys as [JWK]
  const vault = await crypto.subtle.importKey(
    'raw',
    decode(vaultKey.k ?? '') ?? new Uint8Array(),
    'AES-GCM',
    false,
    ['encrypt', 'decrypt'],
  )
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, vault, utf8.encode(crypto.randomUUID()))
  return { token: await readTokenKeys(env.TOKEN_KEYS), vault, sealed: { iv, data } }
}

const keysOf = (env: Env) => {
  keys ??= readKeys(env)
  return keys
}

interface Opening {
  token: string
  resource: string
  session_key: string
}

interface Claims {
  sub: string
  jti: string
  spend: { shard: number }
}

const verified = (token: string, { token: keys }: Keys) => verifyJwt('biuwer-embed+jwt', token, keys)

async function claimsOf(token: string, keys: Keys): Promise<Claims> {
  const claims = await verified(token, keys)
  if (typeof claims === 'string') throw new Error('the floor was given a token that is none')
  return claims as object as Claims
}

type Sign = (claims: object, keys: Keys) => Promise<string>
const sign: Sign = (claims, keys) => signJwt('floor+jwt', claims, keys.token)

async function session(claims: Claims, opening: Opening, keys: Keys, signed = sign): Promise<object> {
  const { iv, data } = keys.sealed
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, keys.vault, data)
  const secret = new TextDecoder().decode(opened)
  const sid = await digest(`${opening.session_key} ${opening.resource}`)
  const payload = {
    at: 1,
    sid,
    sub: claims.sub,
    gen: 1,
    rev: 1,
    link: 'l',
    res: opening.resource,
    org: 'o',
    exp: 1,
  }
  const bearer = await signed(payload, keys)
  const share = { src: 'https://acme.biuwer.com/share', name: `${opening.resource}:${secret}` }
  return { session_id: sid, expires_at: new Date().toISOString(), share, session_token: bearer }
}

const remembered = new Map<string, object>([['hot', {}]])

app.post('/hot', async (c) => {
  const keys = await keysOf(c.env)
  const opening = await c.req.json<Opening>()
  const claims = await claimsOf(opening.token, keys)
  remembered.get(claims.sub)
  return c.json(await session(claims, opening, keys), 201)
})

app.post('/cold', async (c) => {
  const keys = await keysOf(c.env)
  const opening = await c.req.json<Opening>()
  const claims = await claimsOf(opening.token, keys)
  const id = claims.sub
  const known = await c.env.FLOOR_KV.get(`lease:${id}`, 'json')
  if (!known) {
    const lease = await c.env.FLOOR.get(c.env.FLOOR.idFromName('registry')).lease(id)
    c.executionCtx.waitUntil(
      c.env.FLOOR_KV.put(`lease:${id}`, JSON.stringify(lease), { expirationTtl: 3600 }),
    )
  }
  return c.json(await session(claims, opening, keys), 201)
})

app.post('/single-use', async (c) => {
  const keys = await keysOf(c.env)
  const opening = await c.req.json<Opening>()
  const claims = await claimsOf(opening.token, keys)
  const key = await digest(opening.session_key)
  const { shard } = claims.spend
  const stub = c.env.FLOOR.get(c.env.FLOOR.idFromName(`spent:${shard}`))
  if (!(await stub.spend(claims.jti, key))) return c.json({}, 409)
  return c.json(await session(claims, opening, keys), 201)
})

/** The usual way without a Durable Object: a KV key deleted at the first use. Two requests at once may both find it. */
app.post('/kv-single-use', async (c) => {
  const keys = await keysOf(c.env)
  const opening = await c.req.json<Opening>()
  const claims = await claimsOf(opening.token, keys)
  const key = `used:${claims.jti}`
  if ((await c.env.FLOOR_KV.get(key)) !== null) return c.json({}, 409)
  await c.env.FLOOR_KV.put(key, '1', { expirationTtl: 3600 })
  return c.json(await session(claims, opening, keys), 201)
})

app.post('/forged', async (c) => {
  const keys = await keysOf(c.env)
  const { token } = await c.req.json<Opening>()
  const claims = await verified(token, keys)
  return typeof claims === 'string' ? c.json({ code: 'token_invalid' }, 401) : c.json(claims)
})

async function claimsByJose(token: string, { token: [key] }: Keys): Promise<Claims> {
  const { payload } = await compactVerify(token, key.verify, { algorithms: ['HS256'] })
  return JSON.parse(new TextDecoder().decode(payload))
}

const signByJose: Sign = (claims, { token: [key] }) =>
  new CompactSign(utf8.encode(JSON.stringify({ iss: 'floor', ...claims })))
    .setProtectedHeader({ alg: 'HS256', typ: 'floor+jwt', kid: key.kid })
    .sign(key.verify)

app.post('/hot-jose', async (c) => {
  const keys = await keysOf(c.env)
  const opening = await c.req.json<Opening>()
  const claims = await claimsByJose(opening.token, keys)
  remembered.get(claims.sub)
  return c.json(await session(claims, opening, keys, signByJose), 201)
})

app.post('/forged-jose', async (c) => {
  const keys = await keysOf(c.env)
  const { token } = await c.req.json<Opening>()
  try {
    return c.json(await claimsByJose(token, keys))
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    return c.json({ code: 'token_invalid' }, 401)
  }
})

const hostKeys = new Map<string, Awaited<ReturnType<typeof importJWK>>>()

/** An opening with a token that a host has signed, spent by its `jti`. The key comes with the request. */
app.post('/signed', async (c) => {
  const keys = await keysOf(c.env)
  const opening = await c.req.json<Opening>()
  const jwk = c.req.query('jwk') ?? ''
  const issuer = decodeJwt(opening.token).iss ?? ''
  if (!hostKeys.has(issuer)) hostKeys.set(issuer, await importJWK(JSON.parse(jwk)))
  const key = hostKeys.get(issuer)
  if (!key) return c.json({}, 401)
  const { payload } = await compactVerify(opening.token, key)
  const claims = JSON.parse(new TextDecoder().decode(payload)) as Claims
  const [shard = 0] = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(claims.jti)))
  const stub = c.env.FLOOR.get(c.env.FLOOR.idFromName(`spent:${shard % 8}`))
  if (!(await stub.spend(claims.jti, await digest(opening.session_key)))) return c.json({}, 409)
  return c.json(await session(claims, opening, keys), 201)
})

app.post('/introspect', async (c) => {
  const keys = await keysOf(c.env)
  const form = await c.req.parseBody()
  await digest(c.req.header('authorization') ?? '')
  const claims = await claimsOf(String(form.token), keys)
  await c.env.FLOOR.get(c.env.FLOOR.idFromName('registry')).read(claims.sub)
  return c.json({ active: true, ...claims })
})

app.post('/refresh', async (c) => {
  const keys = await keysOf(c.env)
  await digest(c.req.header('authorization') ?? '')
  const record = await c.env.FLOOR.get(c.env.FLOOR.idFromName('registry')).read('hot')
  const claims = { sub: 'hot', gen: 1, rev: 1, refresh: 'none', iat: 1, nbf: 1, jti: 'hot.1.1.1' }
  const token = await sign(claims, keys)
  return c.json({ ...record, token })
})

export default app
