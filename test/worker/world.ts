import { env } from 'cloudflare:workers'
import { expect, vi } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import { admin, check, claimsOf, open } from './api.ts'
import { DistantKv } from './distant-kv.ts'
import { type Fault, failing, missingKv } from './storage-doubles.ts'

/**
 * What may be said of a deployment in a page: who did what when, and nothing of how the edge keeps it. Each deed is a
 * request to the real worker, whose answer is held against that.
 */

// Ahead of the platform's own clock, which would ring the alarms of a past one at once.
const START = (Math.floor(Date.now() / 86_400_000) + 400) * 86_400
const LEASE = 60
/** Times are whole seconds here and there. */
const ROUNDING = 1
export const USERS = ['ana', 'ben']
export const RESOURCES = ['page_1', 'page_2']
export const ORIGINS = ['https://app.example.com', 'https://other.example.com', 'https://evil.example']
export const KEYS = ['one', 'two', 'three'].map((name) => name.padEnd(22, '_'))
export const LOCATIONS = [0, 1, 2]
/** A location where nothing is remembered and KV has nothing: the registry is asked. */
const FRESH = -1
export const POLICIES = ['none', 'daily', 'monthly', 'single-use'] as const

/** A Biuwer token of a user. */
interface Link {
  /** Its id; null: it came with the linking, and nobody asked for it. */
  id: string | null
  secret: string
  /** Biuwer's own interval of it; `to` null: it has no end. */
  from: number
  to: number | null
  /** When it ceased to hold; null: it holds. */
  ended: number | null
}

/** What a record opens from a moment on. */
interface Change {
  at: number
  resources: string[] | null
  origins: string[] | null
}

interface TokenRecord {
  id: string
  user: string
  refresh: (typeof POLICIES)[number]
  overlap: number
  revokedAt: number | null
  /** What it opened, and from when on; the last holds. */
  scopes: Change[]
  /** When each generation ended; the last has not. */
  generations: (number | null)[]
}

/** A token that was given out. */
export interface Issued {
  token: string
  record: TokenRecord
  generation: number
  scope: number
  /** When a sign-out ended it; null: none did. */
  signedOutAt: number | null
  claims: {
    nbf: number
    exp?: number
    jti: string
    resources?: string[]
    origins?: string[]
    spend?: { shard: number }
  }
}

interface Session {
  token: string
  issued: Issued
  link: Link
  resource: string
  origin: string
  expires: number
}

let worlds = 0

/** One life of a deployment. Its users are its own: the registry goes on from life to life, as a real one does. */
export class World {
  readonly #number = ++worlds
  readonly kv: DistantKv
  readonly links = new Map<string, Link[]>()
  readonly linked = new Set<string>()
  readonly records: TokenRecord[] = []
  readonly issued: Issued[] = []
  readonly sessions: Session[] = []
  /** The session keys that each single-use token opened for. */
  readonly spends = new Map<string, Set<string>>()
  /** The session keys whose answer was lost: the token may be theirs. */
  readonly lost = new Map<string, Set<string>>()
  now = START
  opened = 0
  #secrets = 0

  constructor(seed: number) {
    let state = seed >>> 0
    // A generator of its own (Numerical Recipes), so that a run is told by its steps and its seed.
    const draw = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    this.kv = new DistantKv(LOCATIONS.length, draw, (seconds) => this.pass(seconds))
  }

  pass(seconds: number): void {
    this.now += seconds
    vi.setSystemTime(this.now * 1000)
  }

  #named(user: string): string {
    return `${user}-${this.#number}`
  }

  /** The Biuwer tokens that a user has. */
  linksOf(user: string): Link[] {
    return this.links.get(user)?.filter(({ ended }) => ended === null) ?? []
  }

  /**
   * @param again whether with the newest Biuwer token that the user has
   * @param life seconds until its end; null: it has none
   */
  async link(user: string, again: boolean, life: number | null = null): Promise<void> {
    const before = this.linksOf(user)
    const same = again ? before.at(-1) : undefined
    const secret = same?.secret ?? `biuwer-secret-${++this.#secrets}`
    const to = life === null ? null : this.now + life
    const { status, body } = await admin('PUT', `/v1/users/${this.#named(user)}`, {
      biuwer_token: secret,
      to: timestamp(to),
    })
    expect(status).toBe(this.linked.has(user) ? 200 : 201)
    this.noSecret(body)
    this.linked.add(user)
    for (const link of before) if (link !== same) link.ended = this.now
    if (same) Object.assign(same, { from: this.now, to })
    else this.#addLink(user, { id: null, secret, from: this.now, to, ended: null })
  }

  /** Adds a Biuwer token that is valid from `wait` seconds on, for `life` seconds (null: for good). */
  async addBiuwerToken(user: string, wait: number, life: number | null): Promise<void> {
    const secret = `biuwer-secret-${++this.#secrets}`
    const from = this.now + wait
    const to = life === null ? null : from + life
    const path = `/v1/users/${this.#named(user)}/biuwer-tokens`
    const asked = { biuwer_token: secret, from: timestamp(from), to: timestamp(to) }
    const { status, body } = await admin('POST', path, asked)
    const all = this.linksOf(user)
    const isFull = all.length >= 5 && all.every((link) => link.to === null || link.to > this.now)
    expect(status).toBe(!this.linked.has(user) ? 404 : isFull ? 409 : 201)
    this.noSecret(body)
    if (status !== 201) return
    // The one that has ended first gave way.
    if (all.length >= 5) {
      const first = all.reduce((one, other) => ((other.to ?? Infinity) < (one.to ?? Infinity) ? other : one))
      first.ended = this.now
    }
    this.#addLink(user, { id: body.id, secret, from, to, ended: null })
  }

  async deleteBiuwerToken(user: string, link: Link): Promise<void> {
    if (link.id === null || link.ended !== null) return
    const { status } = await admin('DELETE', `/v1/users/${this.#named(user)}/biuwer-tokens/${link.id}`)
    expect(status).toBe(200)
    link.ended = this.now
  }

  #addLink(user: string, link: Link): void {
    this.links.set(user, [...(this.links.get(user) ?? []), link])
  }

  /** Whether a Biuwer token of the user is valid now, by everybody's word. */
  hasValidLink(user: string): boolean {
    return this.linksOf(user).some(({ from, to }) => from <= this.now && (to === null || this.now < to))
  }

  async unlink(user: string): Promise<void> {
    const isLinked = this.linked.delete(user)
    const { status, body } = await admin('DELETE', `/v1/users/${this.#named(user)}`)
    expect(status).toBe(isLinked ? 200 : 404)
    if (!isLinked) return
    for (const link of this.linksOf(user)) link.ended = this.now
    const live = this.records.filter((record) => record.user === user && record.revokedAt === null)
    expect(body.revoked).toBe(live.length)
    for (const record of live) record.revokedAt = this.now
  }

  async issue(
    user: string,
    refresh: TokenRecord['refresh'],
    resources: string[] | null,
    origins: string[] | null,
    overlap: number,
  ): Promise<void> {
    const { status, body } = await admin('POST', '/v1/tokens', {
      user: this.#named(user),
      refresh,
      resources,
      origins,
      overlap,
    })
    expect(status).toBe(this.linked.has(user) ? 201 : 409)
    this.noSecret(body)
    if (status !== 201) return
    const record: TokenRecord = {
      id: body.id,
      user,
      refresh,
      overlap,
      revokedAt: null,
      scopes: [{ at: this.now, resources, origins }],
      generations: [null],
    }
    this.records.push(record)
    this.keep(record, body.token)
  }

  async refresh(record: TokenRecord, rotate: boolean, fault?: Fault): Promise<void> {
    const path = `/v1/tokens/${record.id}/refresh`
    const { status, body } = await admin('POST', path, { rotate }, withRegistry(fault))
    const isAnswered = !fault || fault.retryable
    expect(status).toBe(!isAnswered ? 503 : record.revokedAt === null ? 200 : 409)
    this.noSecret(body)
    if (rotate && record.revokedAt === null && (isAnswered || fault.when === 'after')) {
      record.generations[record.generations.length - 1] = this.now
      record.generations.push(null)
    }
    if (status === 200) this.keep(record, body.token)
  }

  /** @param fault what befalls the registry: done before its answer was lost, or never heard of */
  async revoke(record: TokenRecord, fault?: Fault): Promise<void> {
    const { status } = await admin('DELETE', `/v1/tokens/${record.id}`, undefined, withRegistry(fault))
    expect(status).toBe(fault && !fault.retryable ? 503 : 200)
    if (fault?.when !== 'before' || fault.retryable) record.revokedAt ??= this.now
  }

  /**
   * @param user null: everybody
   * @param fault as for `revoke`
   */
  async signOut(user: string | null, fault?: Fault): Promise<void> {
    const path = user === null ? '/v1/sign-out' : `/v1/users/${this.#named(user)}/sign-out`
    const isKnown = user === null || this.linked.has(user)
    const { status } = await admin('POST', path, {}, withRegistry(fault))
    expect(status).toBe(fault && !fault.retryable ? 503 : isKnown ? 200 : 404)
    if (!isKnown || (fault?.when === 'before' && !fault.retryable)) return
    for (const issued of this.issued)
      if (user === null || issued.record.user === user) issued.signedOutAt ??= this.now
  }

  async rescope(record: TokenRecord, resources: string[] | null, origins: string[] | null): Promise<void> {
    const { status } = await admin('PATCH', `/v1/tokens/${record.id}`, { resources, origins })
    expect(status).toBe(record.revokedAt === null ? 200 : 409)
    if (status === 200) record.scopes.push({ at: this.now, resources, origins })
  }

  keep(record: TokenRecord, token: string): void {
    const claims = claimsOf(token)
    const generation = record.generations.length - 1
    const scope = record.scopes.length - 1
    for (const issued of this.issued)
      if (issued.token === token)
        expect(issued.signedOutAt, 'no token comes again after a sign-out').toBeNull()
    this.issued.push({ token, record, generation, scope, signedOutAt: null, claims })
  }

  /**
   * Opens, and returns the code of a refusal.
   * @param races whether others ask at the same time: who was faster may be answered later
   */
  async redeem(
    issued: Issued,
    location: number,
    key: string,
    resource: string,
    origin: string,
    { fault, races = false }: { fault?: Fault | undefined; races?: boolean } = {},
  ): Promise<string | undefined> {
    const at = this.bindings(location)
    const bindings = fault ? { ...at, SPENT_TOKENS: failing(at.SPENT_TOKENS, fault).namespace } : at
    const { record, claims } = issued
    const wasDue = this.isDue(issued, key, resource, origin)
    const { status, body } = await open(issued.token, { key, resource, origin, bindings })
    const isCut = fault !== undefined && !fault.retryable
    if (status !== 201) {
      const isLate = races && body.code === 'token_spent'
      if (wasDue && this.isDue(issued, key, resource, origin) && !this.kv.isDown && !isCut && !isLate)
        throw new Error(`refused with ${body.code}, and nothing stands against it`)
      expect([401, 403, 409, 503]).toContain(status)
      if (claims.spend && fault?.when === 'after')
        this.lost.set(claims.jti, (this.lost.get(claims.jti) ?? new Set()).add(key))
      return body.code
    }
    this.opened++
    this.mayStand(issued, resource, origin)
    if (claims.spend) {
      expect(isCut, 'single use: opened, and the spend was recorded nowhere').toBe(false)
      const keys = this.spends.get(claims.jti) ?? new Set()
      this.spends.set(claims.jti, keys.add(key))
      expect(keys.size, 'single use: one session key').toBe(1)
    }
    const links = this.links.get(record.user) ?? []
    const link = links.find(({ secret }) => body.share.name === `${resource}:${secret}`)
    if (!link) throw new Error("opened with what is no Biuwer token of the record's user")
    this.within(link.ended, 0, 'a former Biuwer token')
    expect(this.now, 'a Biuwer token before its time').toBeGreaterThanOrEqual(link.from)
    expect(this.now, 'a Biuwer token past its end').toBeLessThan(link.to ?? Number.POSITIVE_INFINITY)
    this.sessions.push({
      token: body.session_token,
      issued,
      link,
      resource,
      origin,
      expires: Date.parse(body.expires_at) / 1000,
    })
    return undefined
  }

  /** Whoever was refused because a token was spent lost it to somebody. */
  isSpent({ claims: { jti } }: Issued): void {
    expect(this.spends.get(jti) ?? this.lost.get(jti), 'refused as spent, and nobody has it').toBeDefined()
  }

  /**
   * Asks why the token would be let in or refused, and then opens where nothing is remembered: both decide by the
   * registry's present word, and have to agree.
   */
  async explainAndRedeem(issued: Issued, key: string, resource: string, origin: string): Promise<void> {
    const { record, token, claims } = issued
    const asked = { token, resource, origin }
    const { body } = await admin('POST', `/v1/tokens/${record.id}/explain`, asked)
    const failing = body.checks.filter(({ ok }: { ok: boolean }) => !ok)
    const checks: string[] = failing.map(({ check }: { check: string }) => check)
    expect(body.allowed).toBe(checks.length === 0)
    const held = this.spends.get(claims.jti) ?? this.lost.get(claims.jti)
    const opened = this.opened
    await this.redeem(issued, FRESH, key, resource, origin)
    const isOpened = this.opened > opened
    // A spent token opens for its own session key, of which an explanation is not told.
    const isAllowed = body.allowed || (checks.join() === 'single_use' && isOpened && held?.has(key) === true)
    expect(isOpened, `explained as failing ${checks.join() || 'nothing'}`).toBe(isAllowed)
  }

  async look(session: Session, location: number): Promise<void> {
    const { status } = await check(session.token, this.bindings(location))
    const { issued, link, resource, origin } = session
    if (status === 200) {
      expect(this.now, 'a session past its end').toBeLessThan(session.expires)
      this.mayStand(issued, resource, origin, { ofSession: true })
      this.within(link.ended, 0, 'a session of a former Biuwer token')
    } else if (
      !this.kv.isDown &&
      this.now < session.expires &&
      link.ended === null &&
      this.now < (link.to ?? Number.POSITIVE_INFINITY) &&
      this.stands(issued, resource, origin)
    ) {
      throw new Error(`a session was ended with ${status}, and nothing stands against it`)
    }
  }

  bindings(location: number): Bindings {
    if (location === FRESH) return missingKv()
    const bindings = this.kv.locations[location]
    if (!bindings) throw new Error('no such location')
    return bindings
  }

  /** What an opening, or a session, may rest on: nothing that ended longer ago than a lease. */
  mayStand(
    { record, generation, signedOutAt, claims }: Issued,
    resource: string,
    origin: string,
    { ofSession = false } = {},
  ): void {
    expect(ORIGINS.slice(0, 2), 'no foreign origin').toContain(origin)
    expect(claims.resources ?? [resource], 'no foreign resource').toContain(resource)
    expect(claims.origins ?? [origin], 'no foreign origin').toContain(origin)
    if (!ofSession) {
      expect(this.now, 'not before its time').toBeGreaterThanOrEqual(claims.nbf)
      expect(this.now, 'not after its time').toBeLessThan(claims.exp ?? Number.POSITIVE_INFINITY)
    }
    this.within(record.revokedAt, 0, 'bounded revocation')
    this.within(signedOutAt, 0, 'bounded sign-out')
    this.within(record.generations[generation] ?? null, record.overlap, 'bounded rotation')
    // Some scope that held within the last lease has to let it in.
    const recent = record.scopes.filter((_, index) => {
      const ended = record.scopes[index + 1]?.at
      return ended === undefined || this.now < ended + LEASE + ROUNDING
    })
    expect(
      recent.some((scope) => includes(scope.resources, resource) && includes(scope.origins, origin)),
      'bounded narrowing',
    ).toBe(true)
  }

  within(ended: number | null, longer: number, rule: string): void {
    if (ended !== null) expect(this.now, rule).toBeLessThan(ended + longer + LEASE + ROUNDING)
  }

  /** Whether nothing stands against the token's record, now and by everybody's word. */
  stands({ record, generation, scope, signedOutAt }: Issued, resource: string, origin: string): boolean {
    const now = record.scopes.at(-1)
    return (
      record.revokedAt === null &&
      signedOutAt === null &&
      generation === record.generations.length - 1 &&
      scope === record.scopes.length - 1 &&
      this.hasValidLink(record.user) &&
      includes(now?.resources ?? null, resource) &&
      includes(now?.origins ?? null, origin)
    )
  }

  /** Whether the token has to open. */
  isDue(issued: Issued, key: string, resource: string, origin: string): boolean {
    const { nbf, exp = Number.POSITIVE_INFINITY, jti } = issued.claims
    // Whoever lost an answer can ask again; another may or may not find the token spent.
    const keys = this.spends.get(jti) ?? this.lost.get(jti)
    return (
      this.stands(issued, resource, origin) &&
      ORIGINS.slice(0, 2).includes(origin) &&
      this.now >= nbf &&
      this.now < exp &&
      (!keys || (keys.has(key) && keys.size === 1))
    )
  }

  noSecret(body: object): void {
    expect(JSON.stringify(body)).not.toContain('biuwer-secret')
  }
}

function withRegistry(fault: Fault | undefined): { bindings: Bindings } | undefined {
  if (!fault) return undefined
  return { bindings: { ...env, TOKEN_REGISTRY: failing(env.TOKEN_REGISTRY, fault).namespace } }
}

function timestamp(at: number | null): string | null {
  return at === null ? null : new Date(at * 1000).toISOString()
}

function includes(list: string[] | null, item: string): boolean {
  return list === null || list.includes(item)
}
