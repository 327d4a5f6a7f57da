import { evictDurableObject, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import { registryOf } from '../../worker/storage/registry.ts'
import { objectNameOf } from '../../worker/storage/spent-tokens.ts'
import { admin, check, claimsOf, HOST, open } from './api.ts'
import { DistantKv } from './distant-kv.ts'
import { seed } from './seed.ts'
import { type Fault, failing, missingKv } from './storage-doubles.ts'

/**
 * Random lives of a deployment against what may be said of them in a page: who did what when, and nothing of how
 * the edge keeps it. Three locations, KV late, slow and out of order between them, objects that are evicted, that can not
 * be reached or whose answers are lost, requests at once, time that passes.
 */

// Ahead of the platform's own clock, which would ring the alarms of a past one at once.
const START = (Math.floor(Date.now() / 86_400_000) + 400) * 86_400
const LEASE = 60
/** Times are whole seconds here and there. */
const ROUNDING = 1
const USERS = ['ana', 'ben']
const RESOURCES = ['page_1', 'page_2']
const ORIGINS = ['https://app.example.com', 'https://other.example.com', 'https://evil.example']
const KEYS = ['one', 'two', 'three'].map((name) => name.padEnd(22, '_'))
const PLACES = [0, 1, 2]
/** A location where nothing is remembered and KV has nothing: the registry is asked. */
const FRESH = -1
const POLICIES = ['none', 'daily', 'monthly', 'single-use'] as const

afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

interface Link {
  secret: string
  /** When it ceased to hold; null: it holds. */
  ended: number | null
}

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

interface Value {
  token: string
  record: TokenRecord
  generation: number
  scope: number
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
  value: Value
  link: Link
  resource: string
  origin: string
  expires: number
}

let worlds = 0

/** One life. Its users are its own: the registry behind goes on from life to life, as a real one does. */
class World {
  readonly #number = ++worlds
  readonly kv: DistantKv
  readonly links = new Map<string, Link[]>()
  readonly records: TokenRecord[] = []
  readonly values: Value[] = []
  readonly sessions: Session[] = []
  /** The session keys that each single-use value opened for. */
  readonly spends = new Map<string, Set<string>>()
  /** Those whose answer was lost: the value may be theirs. */
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
    this.kv = new DistantKv(PLACES.length, draw, (seconds) => this.pass(seconds))
  }

  pass(seconds: number): void {
    this.now += seconds
    vi.setSystemTime(this.now * 1000)
  }

  #named(user: string): string {
    return `${user}-${this.#number}`
  }

  linkOf(user: string): Link | undefined {
    return this.links.get(user)?.find(({ ended }) => ended === null)
  }

  async link(user: string, again: boolean): Promise<void> {
    const before = this.linkOf(user)
    const secret = again && before ? before.secret : `biuwer-secret-${++this.#secrets}`
    const { status, body } = await admin('PUT', `/v1/users/${this.#named(user)}`, { biuwer_token: secret })
    expect(status).toBe(before ? 200 : 201)
    this.noSecret(body)
    if (before?.secret === secret) return
    if (before) before.ended = this.now
    this.links.set(user, [...(this.links.get(user) ?? []), { secret, ended: null }])
  }

  async unlink(user: string): Promise<void> {
    const link = this.linkOf(user)
    const { status, body } = await admin('DELETE', `/v1/users/${this.#named(user)}`)
    expect(status).toBe(link ? 200 : 404)
    if (!link) return
    link.ended = this.now
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
    expect(status).toBe(this.linkOf(user) ? 201 : 409)
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

  async rescope(record: TokenRecord, resources: string[] | null, origins: string[] | null): Promise<void> {
    const { status } = await admin('PATCH', `/v1/tokens/${record.id}`, { resources, origins })
    expect(status).toBe(record.revokedAt === null ? 200 : 409)
    if (status === 200) record.scopes.push({ at: this.now, resources, origins })
  }

  keep(record: TokenRecord, token: string): void {
    const claims = claimsOf(token)
    const generation = record.generations.length - 1
    this.values.push({ token, record, generation, scope: record.scopes.length - 1, claims })
  }

  async redeem(
    value: Value,
    place: number,
    key: string,
    resource: string,
    origin: string,
    fault?: Fault,
  ): Promise<void> {
    const at = this.bindings(place)
    const bindings = fault ? { ...at, SPENT_TOKENS: failing(at.SPENT_TOKENS, fault).namespace } : at
    const { record, claims } = value
    const wasDue = this.isDue(value, key, resource, origin)
    const { status, body } = await open(value.token, { key, resource, origin, bindings })
    const isCut = fault !== undefined && !fault.retryable
    if (status !== 201) {
      if (wasDue && this.isDue(value, key, resource, origin) && !this.kv.isDown && !isCut)
        throw new Error(`refused with ${body.code}, and nothing stands against it`)
      expect([401, 403, 409, 503]).toContain(status)
      if (claims.spend && fault?.when === 'after')
        this.lost.set(claims.jti, (this.lost.get(claims.jti) ?? new Set()).add(key))
      return
    }
    this.opened++
    this.mayStand(value, resource, origin)
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
    this.sessions.push({
      token: body.session_token,
      value,
      link,
      resource,
      origin,
      expires: Date.parse(body.expires_at) / 1000,
    })
  }

  /**
   * Asks why the token would be let in or refused, and then opens where nothing is remembered: both decide by the
   * registry's present word, and have to agree.
   */
  async explainAndRedeem(value: Value, key: string, resource: string, origin: string): Promise<void> {
    const { record, token, claims } = value
    const asked = { token, resource, origin }
    const { body } = await admin('POST', `/v1/tokens/${record.id}/explain`, asked)
    const failing = body.checks.filter(({ ok }: { ok: boolean }) => !ok)
    const checks: string[] = failing.map(({ check }: { check: string }) => check)
    expect(body.allowed).toBe(checks.length === 0)
    const held = this.spends.get(claims.jti) ?? this.lost.get(claims.jti)
    const opened = this.opened
    await this.redeem(value, FRESH, key, resource, origin)
    const isOpened = this.opened > opened
    // A spent token opens for its own session key, of which an explanation is not told.
    const isAllowed = body.allowed || (checks.join() === 'single_use' && isOpened && held?.has(key) === true)
    expect(isOpened, `explained as failing ${checks.join() || 'nothing'}`).toBe(isAllowed)
  }

  async look(session: Session, place: number): Promise<void> {
    const { status } = await check(session.token, this.bindings(place))
    const { value, link, resource, origin } = session
    if (status === 200) {
      expect(this.now, 'a session past its end').toBeLessThan(session.expires)
      this.mayStand(value, resource, origin, { ofSession: true })
      this.within(link.ended, 0, 'a session of a former Biuwer token')
    } else if (
      !this.kv.isDown &&
      this.now < session.expires &&
      link.ended === null &&
      this.stands(value, resource, origin)
    ) {
      throw new Error(`a session was ended with ${status}, and nothing stands against it`)
    }
  }

  bindings(place: number): Bindings {
    if (place === FRESH) return missingKv()
    const bindings = this.kv.locations[place]
    if (!bindings) throw new Error('no such place')
    return bindings
  }

  /** What an opening, or a session, may rest on: nothing that ended longer ago than a lease. */
  mayStand(
    { record, generation, claims }: Value,
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

  /** Whether nothing stands against the value's record, now and by everybody's word. */
  stands({ record, generation, scope }: Value, resource: string, origin: string): boolean {
    const now = record.scopes.at(-1)
    return (
      record.revokedAt === null &&
      generation === record.generations.length - 1 &&
      scope === record.scopes.length - 1 &&
      this.linkOf(record.user) !== undefined &&
      includes(now?.resources ?? null, resource) &&
      includes(now?.origins ?? null, origin)
    )
  }

  /** Whether the value has to open. */
  isDue(value: Value, key: string, resource: string, origin: string): boolean {
    const { nbf, exp = Number.POSITIVE_INFINITY, jti } = value.claims
    // Whoever lost an answer can ask again; another may or may not find the value spent.
    const keys = this.spends.get(jti) ?? this.lost.get(jti)
    return (
      this.stands(value, resource, origin) &&
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

function includes(list: string[] | null, item: string): boolean {
  return list === null || list.includes(item)
}

type Step = (world: World) => Promise<void>

const index = fc.nat(1000)
const pick = <Item>(list: readonly Item[], at: number): Item | undefined => list[at % list.length]
/** The newest are asked about most, as in life. */
const recent = <Item>(list: readonly Item[], at: number): Item | undefined =>
  list[list.length - 1 - (at % Math.min(list.length, 6))]
const scope = (items: string[]) => fc.option(fc.subarray(items, { minLength: 1 }), { freq: 2 })
const user = fc.constantFrom(...USERS)
const resources = scope(RESOURCES)
const origins = scope(ORIGINS.slice(0, 2))

const FAULTS: Fault[] = [
  { when: 'before' },
  { when: 'after' },
  { when: 'before', retryable: true },
  { when: 'after', retryable: true },
]
/** One call of a few. */
const fault = fc.option(fc.constantFrom(...FAULTS), { nil: undefined, freq: 4 })
const told = (fault: Fault | undefined) =>
  fault ? `${fault.when}${fault.retryable ? ' retryably' : ''}` : ''

const named = (name: string, step: Step): Step => Object.assign(step, { toString: () => name })

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(user, fc.boolean())
      .map(([name, again]) => named(`link ${name} ${again}`, (world) => world.link(name, again))),
  },
  { weight: 1, arbitrary: user.map((name) => named(`unlink ${name}`, (world) => world.unlink(name))) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(user, fc.constantFrom(...POLICIES), resources, origins, fc.constantFrom(0, 30, 200))
      .map(([name, policy, res, org, overlap]) =>
        named(`issue ${name} ${policy} ${res} ${org} ${overlap}`, (world) =>
          world.issue(name, policy, res, org, overlap),
        ),
      ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(index, fc.boolean(), fault).map(([at, rotate, befalls]) =>
      named(`refresh ${at} ${rotate} ${told(befalls)}`, async (world) => {
        const record = recent(world.records, at)
        if (record) await world.refresh(record, rotate, befalls)
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(index, fault).map(([at, befalls]) =>
      named(`revoke ${at} ${told(befalls)}`, async (world) => {
        const record = recent(world.records, at)
        if (record) await world.revoke(record, befalls)
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(index, resources, origins).map(([at, res, org]) =>
      named(`rescope ${at} ${res} ${org}`, async (world) => {
        const record = recent(world.records, at)
        if (record) await world.rescope(record, res, org)
      }),
    ),
  },
  {
    weight: 14,
    arbitrary: fc
      .tuple(index, index, index, index, fc.constantFrom(0, 0, 0, 1, 1, 2), fault)
      .map(([at, place, key, resource, origin, befalls]) =>
        named(
          `redeem ${at} ${place % 3} ${key % 3} ${resource % 2} ${origin} ${told(befalls)}`,
          async (world) => {
            const value = recent(world.values, at)
            if (value)
              await world.redeem(
                value,
                place % PLACES.length,
                pick(KEYS, key) ?? '',
                pick(RESOURCES, resource) ?? '',
                ORIGINS[origin] ?? '',
                befalls,
              )
          },
        ),
      ),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(index, index, index, fc.constantFrom(0, 0, 0, 1, 1, 2))
      .map(([at, key, resource, origin]) =>
        named(`explain and redeem ${at} ${key % 3} ${resource % 2} ${origin}`, async (world) => {
          const value = recent(world.values, at)
          const [wanted = '', place = ''] = [pick(RESOURCES, resource), ORIGINS[origin]]
          if (value) await world.explainAndRedeem(value, pick(KEYS, key) ?? '', wanted, place)
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(index, fc.boolean()).map(([at, isRevoked]) =>
      named(`race for ${at}${isRevoked ? ', and revoke' : ''}`, async (world) => {
        const value = recent(world.values, at)
        if (!value) return
        const [resource = ''] = value.claims.resources ?? RESOURCES
        const [origin = ''] = value.claims.origins ?? [HOST]
        world.kv.mayBeSlow = false
        const racing = PLACES.map((place) => world.redeem(value, place, KEYS[place] ?? '', resource, origin))
        // Begun when the others are under way: it may come first or last.
        if (isRevoked) racing.push(world.revoke(value.record))
        await Promise.all(racing)
        world.kv.mayBeSlow = true
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(user, index, fc.constantFrom(...FAULTS)).map(([name, place, befalls]) =>
      named(`issue, lose the answer ${told(befalls)}, ask again ${name} ${place % 3}`, async (world) => {
        await world.issue(name, 'single-use', null, null, 0)
        const value = world.values.at(-1)
        const [key = '', other = ''] = KEYS
        const [resource = ''] = RESOURCES
        if (!value?.claims.spend || value.claims.resources || value.claims.origins) return
        await world.redeem(value, place % PLACES.length, key, resource, HOST, befalls)
        await world.redeem(value, (place + 1) % PLACES.length, key, resource, HOST)
        await world.redeem(value, place % PLACES.length, other, resource, HOST)
      }),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(index, index).map(([at, place]) =>
      named(`look ${at} ${place % 3}`, async (world) => {
        const session = recent(world.sessions, at)
        if (session) await world.look(session, place % PLACES.length)
      }),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(1, 5, 29, 30, 59, 60, 61, 299, 301, 86_400)
      .map((seconds) => named(`pass ${seconds}`, async (world) => world.pass(seconds))),
  },
  // What follows each other in life, and by chance too seldom: a change, a fresh value, an opening, a check.
  {
    weight: 2,
    arbitrary: fc.tuple(index, resources, origins, index, index).map(([at, res, org, place, resource]) =>
      named(`widen and open ${at} ${res} ${org} ${place % 3} ${resource % 2}`, async (world) => {
        const record = recent(world.records, at)
        const [key = ''] = KEYS
        const wanted = pick(RESOURCES, resource) ?? ''
        const before = record && world.values.findLast((value) => value.record === record)
        if (!record || !before) return
        await world.redeem(before, place % PLACES.length, key, wanted, HOST)
        await world.rescope(record, res, org)
        await world.refresh(record, false)
        const fresh = world.values.at(-1)
        if (fresh) await world.redeem(fresh, place % PLACES.length, key, wanted, HOST)
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(user, index, index).map(([name, place, other]) =>
      named(`relink, open and look ${name} ${place % 3} ${other % 3}`, async (world) => {
        const value = world.values.findLast(({ record }) => record.user === name)
        const [key = ''] = KEYS
        const [resource = ''] = value?.claims.resources ?? RESOURCES
        const [origin = ''] = value?.claims.origins ?? [HOST]
        if (!value) return
        await world.redeem(value, other % PLACES.length, key, resource, origin)
        await world.link(name, false)
        await world.redeem(value, place % PLACES.length, key, resource, origin)
        const session = world.sessions.at(-1)
        if (session) await world.look(session, other % PLACES.length)
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      named('evict the registry', async () => {
        // Only what runs can be evicted.
        await registryOf(env).user('')
        await evictDurableObject(registryOf(env))
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: index.map((at) =>
      named(`evict what knows of spend ${at}`, async (world) => {
        const value = recent(
          world.values.filter(({ claims }) => claims.spend),
          at,
        )
        const { exp = 0, spend, jti = '' } = value?.claims ?? {}
        if (!spend) return
        const object = env.SPENT_TOKENS.getByName(objectNameOf({ exp, ...spend }))
        await object.isSpent(jti)
        await evictDurableObject(object)
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isDown) =>
      named(`kv down ${isDown}`, async (world) => {
        world.kv.isDown = isDown
      }),
    ),
  },
)

/** Each step is a request to the real worker, its objects and its clock. */
const RUNS = 200
const STEPS = 80

test(`whatever happens in whatever order, no promise is broken (SEED=${seed})`, {
  timeout: 120_000,
}, async () => {
  let opened = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: STEPS / 2, maxLength: STEPS }),
      fc.nat(),
      async (life, chance) => {
        const world = new World(chance)
        world.pass(0)
        for (const name of USERS) await world.link(name, false)
        for (const step of life) await step(world)
        opened += world.opened
      },
    ),
    { numRuns: RUNS, seed },
  )
  // A model in which nothing opens proves nothing.
  expect(opened).toBeGreaterThan(RUNS)
})
