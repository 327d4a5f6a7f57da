import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import * as v from 'valibot'
import type { StandInToken, StandInTokens } from './tokens.ts'

/**
 * Where the stand-in's API is. **It is invented for this demo**: Biuwer's own API is another, whose reference Biuwer gives to
 * its customers. Nothing here says what Biuwer's looks like.
 */
export const INVENTED_API = '/invented-api'

/** A Biuwer token as the stand-in's API answers it. Times are RFC 3339 UTC; without an end `to` is null. */
export interface InventedToken {
  token: string
  from: string
  to: string | null
  reference: string | null
}

const Time = v.pipe(v.string(), v.isoTimestamp())
const Create = v.strictObject({
  store: v.string(),
  from: Time,
  to: v.nullable(Time),
  /** Asking again under a reference gives the token of the first time. */
  reference: v.nullable(v.string()),
})
const Delete = v.strictObject({ store: v.string(), token: v.string() })
const List = v.strictObject({ store: v.string() })

/** Makes, deletes and lists Biuwer tokens, for whoever has the API's key. A token is never part of an address. */
export function inventedApi(key: string, stores: readonly string[], tokens: StandInTokens): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    c.header('Cache-Control', 'no-store')
    return isSame(c.req.header('Authorization') ?? '', `Bearer ${key}`)
      ? next()
      : c.json({ error: 'the key of this API is missing or another' }, 401)
  })
  app.post('/create', async (c) => {
    const { store, from, to, reference } = v.parse(Create, await c.req.json())
    if (!stores.includes(store)) return c.json({ error: 'no such store' }, 404)
    const interval = { from: Date.parse(from), to: to === null ? null : Date.parse(to) }
    if (interval.to !== null && interval.to <= Math.max(interval.from, Date.now()))
      return c.json({ error: 'to has to be later than from and in the future' }, 400)
    return c.json(asAnswer(tokens.create(store, interval, reference)), 201)
  })
  app.post('/delete', async (c) => {
    const { store, token } = v.parse(Delete, await c.req.json())
    return tokens.delete(store, token) ? c.body(null, 204) : c.json({ error: 'no such token' }, 404)
  })
  app.post('/list', async (c) => {
    const { store } = v.parse(List, await c.req.json())
    return c.json({ tokens: tokens.live(store).map(asAnswer) })
  })
  app.onError((error, c) => {
    if (error instanceof v.ValiError || error instanceof SyntaxError)
      return c.json({ error: 'the body is not as this API takes it' }, 400)
    throw error
  })
  return app
}

function asAnswer({ token, from, to, reference }: StandInToken): InventedToken {
  return { token, from: timestamp(from), to: to === null ? null : timestamp(to), reference }
}

function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
