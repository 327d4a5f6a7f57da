import { edgeApp } from '../../worker/app.ts'
import { BoundedMap } from '../../worker/bounded-map.ts'
import { type Bindings, readSettings } from '../../worker/env.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'
import type { TokenRecord } from '../../worker/policy/record.ts'
import { putEntry } from '../../worker/storage/biuwer-tokens.ts'
import { putUser } from '../../worker/storage/linked-users.ts'
import { TokenRegistry as Registry, registryOf } from '../../worker/storage/registry.ts'
import { SpentTokens as SpentSet } from '../../worker/storage/spent-tokens.ts'
import { toRow } from '../../worker/storage/token-row.ts'
import { seal } from '../../worker/storage/vault.ts'
import { digest, random } from '../../worker/tokens/random.ts'
import { withoutLimiter } from './without-limiter.ts'

/** The edge's registry, with methods to fill it faster than through the API and to make it start again. */
export class TokenRegistry extends Registry {
  /** Adds token records as `POST /v1/tokens` makes them, with their users and entries of the audit trail. */
  async fill(from: number, to: number): Promise<void> {
    const { vaultKeys } = await readSettings(withoutLimiter(this.env as Bindings))
    const now = Math.floor(Date.now() / 1000)
    const users = new Map<string, Awaited<ReturnType<typeof seal>>>()
    for (let index = from; index < to; index++) {
      const user = userOf(index)
      if (!users.has(user)) users.set(user, await seal(user, random(), vaultKeys))
    }
    const { sql } = this.ctx.storage
    this.ctx.storage.transactionSync(() => {
      for (const [user, sealed] of users) {
        if (this.user(user)) continue
        putUser(sql, { user, linkedAt: now, updatedAt: now, biuwerRefresh: 'manual', atOpening: null })
        const interval = { from: now, to: null, addedAt: now }
        putEntry(sql, user, { id: `bwt_${random()}`, sealed, ...interval, madeBy: 'hand' })
      }
      for (let index = from; index < to; index++) {
        const row = toRow(recordOf(index, now))
        const columns = Object.keys(row)
        sql.exec(`INSERT INTO tokens (${columns}) VALUES (${columns.map(() => '?')})`, ...Object.values(row))
        sql.exec(
          'INSERT INTO audit (at, actor, action, target, request_id) VALUES (?, ?, ?, ?, ?)',
          now,
          '0123456789ab',
          'token.create',
          row.id,
          `req_${random()}`,
        )
      }
    })
  }

  /** Ids of records spread over the whole registry. */
  sample(count: number): string[] {
    const { sql } = this.ctx.storage
    const last = sql.exec<{ last: number }>('SELECT max(seq) AS last FROM tokens').one().last
    return Array.from(
      { length: count },
      (_, index) =>
        sql.exec<{ id: string }>('SELECT id FROM tokens WHERE seq = ?', 1 + ((index * 7919) % last)).one().id,
    )
  }

  /** The size of the object's database, in bytes. */
  size(): number {
    return this.ctx.storage.sql.databaseSize
  }

  /** Ends the object; the next call starts it again. */
  end(): void {
    this.ctx.abort('ended by the benchmark')
  }
}

export { OpeningLog } from '../../worker/storage/opening-log.ts'
export { SessionBiuwerTokens } from '../../worker/storage/session-biuwer-tokens.ts'

export class SpentTokens extends SpentSet {
  async fill(from: number, to: number): Promise<void> {
    const keys = await Promise.all(Array.from({ length: to - from }, () => digest(random())))
    this.ctx.storage.transactionSync(() => {
      for (const key of keys) this.ctx.storage.sql.exec('INSERT INTO spent VALUES (?, ?)', random(), key)
    })
  }

  /** The size of the object's database, in bytes. */
  size(): number {
    return this.ctx.storage.sql.databaseSize
  }

  /** Deletes spends as the object's alarm does once their tokens have expired. */
  async clear(): Promise<void> {
    await this.alarm()
  }
}

/** A token record. A third of the records have ended, a twentieth have not begun. */
function recordOf(index: number, now: number): TokenRecord {
  return {
    id: `tok_${random()}`,
    user: userOf(index),
    resources: null,
    origins: null,
    refresh: 'none',
    from: index % 20 === 7 ? now + 86_400 : now - 86_400,
    to: index % 6 === 1 ? now - 3600 : null,
    timeZone: 'UTC',
    overlap: 0,
    singleUseTtl: null,
    region: null,
    label: `Report ${index}`,
    metadata: {},
    version: 1,
    revision: 1,
    generation: 1,
    generationStartedAt: now - 86_400,
    createdAt: now - 86_400,
    lastUsedAt: null,
    revokedAt: index % 6 === 3 ? now - 3600 : null,
  }
}

function userOf(index: number): string {
  return `store-${index}`
}

interface Env extends Omit<Bindings, 'TOKEN_REGISTRY' | 'SPENT_TOKENS'> {
  TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry>
  SPENT_TOKENS: DurableObjectNamespace<SpentTokens>
}

/** Remembers no lease, and finds none in KV, so that each opening asks the registry. */
class Forgetful extends IsolateMemory {
  override leases = new BoundedMap<string, never>(0)
  override signerLeases = new BoundedMap<string, never>(0)
  override userLeases = new BoundedMap<string, never>(0)
}

const app = edgeApp(new IsolateMemory())
const forgetfulApp = edgeApp(new Forgetful())
const emptyKv = { get: async () => null, put: async () => {} } as unknown as KVNamespace
let bindings: Bindings | undefined

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname.startsWith('/bench/'))
      return Response.json((await prepare(pathname, searchParams, env)) ?? null)
    bindings ??= withoutLimiter(env as unknown as Bindings)
    if (request.headers.has('x-forgetful'))
      return forgetfulApp.fetch(request, { ...bindings, EDGE_KV: emptyKv }, ctx)
    return app.fetch(request, bindings, ctx)
  },
}

async function prepare(pathname: string, query: URLSearchParams, env: Env): Promise<unknown> {
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))]
  const registry = registryOf(env as unknown as Bindings) as unknown as DurableObjectStub<TokenRegistry>
  const spent = env.SPENT_TOKENS.get(env.SPENT_TOKENS.idFromName(`${query.get('object')}`))
  switch (pathname) {
    case '/bench/fill':
      return registry.fill(from, to)
    case '/bench/sample':
      return registry.sample(to)
    case '/bench/size':
      return registry.size()
    case '/bench/end':
      // The call always fails, because it ends the object that would answer it.
      return registry.end().catch(() => null)
    case '/bench/spent/fill':
      return spent.fill(from, to)
    case '/bench/spent/size':
      return spent.size()
    case '/bench/spent/clear':
      return spent.clear()
    default:
      throw new Error(`nothing is at ${pathname}`)
  }
}
