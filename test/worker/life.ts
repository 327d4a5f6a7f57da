import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { registryOf } from '../../worker/storage/registry.ts'
import { objectNameOf } from '../../worker/storage/spent-tokens.ts'
import { HOST } from './api.ts'
import type { Fault } from './storage-doubles.ts'
import { KEYS, LOCATIONS, ORIGINS, POLICIES, RESOURCES, USERS, type World } from './world.ts'

/** Something that happens in the life of a deployment. */
export type Step = (world: World) => Promise<void>

const index = fc.nat(1000)
const pick = <Item>(list: readonly Item[], at: number): Item | undefined => list[at % list.length]
/** The newest are asked about most, as in life. */
const recent = <Item>(list: readonly Item[], at: number): Item | undefined =>
  list[list.length - 1 - (at % Math.min(list.length, 6))]
const scope = (items: string[]) => fc.option(fc.subarray(items, { minLength: 1 }), { freq: 2 })
const user = fc.constantFrom(...USERS)
/** Seconds that a Biuwer token lasts; null: it has no end. */
const life = fc.constantFrom(null, null, 59, 61, 300, 86_400)
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

export const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(user, fc.boolean(), life)
      .map(([name, again, seconds]) =>
        named(`link ${name} ${again} ${seconds}`, (world) => world.link(name, again, seconds)),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(user, fc.constantFrom(0, 0, 30, 60, 300), life)
      .map(([name, wait, seconds]) =>
        named(`add a Biuwer token of ${name} in ${wait} for ${seconds}`, (world) =>
          world.addBiuwerToken(name, wait, seconds),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(user, index).map(([name, at]) =>
      named(`delete a Biuwer token of ${name} ${at}`, async (world) => {
        const link = recent(world.linksOf(name), at)
        if (link) await world.deleteBiuwerToken(name, link)
      }),
    ),
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
    arbitrary: fc
      .tuple(fc.constantFrom(...USERS, null), fault)
      .map(([name, befalls]) =>
        named(`sign out ${name ?? 'everybody'} ${told(befalls)}`, (world) => world.signOut(name, befalls)),
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
      .map(([at, location, key, resource, origin, befalls]) =>
        named(
          `redeem ${at} ${location % 3} ${key % 3} ${resource % 2} ${origin} ${told(befalls)}`,
          async (world) => {
            const issued = recent(world.issued, at)
            if (issued)
              await world.redeem(
                issued,
                location % LOCATIONS.length,
                pick(KEYS, key) ?? '',
                pick(RESOURCES, resource) ?? '',
                ORIGINS[origin] ?? '',
                { fault: befalls },
              )
          },
        ),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(index, index, index, fc.constantFrom(0, 0, 0, 1, 1, 2))
      .map(([at, key, resource, origin]) =>
        named(`explain and redeem ${at} ${key % 3} ${resource % 2} ${origin}`, async (world) => {
          const issued = recent(world.issued, at)
          const [wanted = '', location = ''] = [pick(RESOURCES, resource), ORIGINS[origin]]
          if (issued) await world.explainAndRedeem(issued, pick(KEYS, key) ?? '', wanted, location)
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(index, fc.boolean()).map(([at, isRevoked]) =>
      named(`race for ${at}${isRevoked ? ', and revoke' : ''}`, async (world) => {
        const issued = recent(world.issued, at)
        if (!issued) return
        const [resource = ''] = issued.claims.resources ?? RESOURCES
        const [origin = ''] = issued.claims.origins ?? [HOST]
        world.kv.mayBeSlow = false
        const racing = LOCATIONS.map((location) =>
          world.redeem(issued, location, KEYS[location] ?? '', resource, origin, { races: true }),
        )
        // Begun when the others are under way: it may come first or last.
        const revoking = isRevoked && world.revoke(issued.record)
        const codes = await Promise.all(racing)
        await revoking
        if (codes.includes('token_spent') && !isRevoked && !world.kv.isDown) world.isSpent(issued)
        world.kv.mayBeSlow = true
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(user, index, fc.constantFrom(...FAULTS)).map(([name, location, befalls]) =>
      named(`issue, lose the answer ${told(befalls)}, ask again ${name} ${location % 3}`, async (world) => {
        await world.issue(name, 'single-use', null, null, 0)
        const issued = world.issued.at(-1)
        const [key = '', other = ''] = KEYS
        const [resource = ''] = RESOURCES
        if (!issued?.claims.spend || issued.claims.resources || issued.claims.origins) return
        await world.redeem(issued, location % LOCATIONS.length, key, resource, HOST, { fault: befalls })
        await world.redeem(issued, (location + 1) % LOCATIONS.length, key, resource, HOST)
        await world.redeem(issued, location % LOCATIONS.length, other, resource, HOST)
      }),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(index, index).map(([at, location]) =>
      named(`look ${at} ${location % 3}`, async (world) => {
        const session = recent(world.sessions, at)
        if (session) await world.look(session, location % LOCATIONS.length)
      }),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(1, 5, 29, 30, 59, 60, 61, 299, 301, 86_400)
      .map((seconds) => named(`pass ${seconds}`, async (world) => world.pass(seconds))),
  },
  // What follows each other in life, and by chance too seldom: a change, a fresh token, an opening, a check.
  {
    weight: 2,
    arbitrary: fc.tuple(index, resources, origins, index, index).map(([at, res, org, location, resource]) =>
      named(`widen and open ${at} ${res} ${org} ${location % 3} ${resource % 2}`, async (world) => {
        const record = recent(world.records, at)
        const [key = ''] = KEYS
        const wanted = pick(RESOURCES, resource) ?? ''
        const before = record && world.issued.findLast((issued) => issued.record === record)
        if (!record || !before) return
        await world.redeem(before, location % LOCATIONS.length, key, wanted, HOST)
        await world.rescope(record, res, org)
        await world.refresh(record, false)
        const fresh = world.issued.at(-1)
        if (fresh) await world.redeem(fresh, location % LOCATIONS.length, key, wanted, HOST)
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(user, index, index).map(([name, location, other]) =>
      named(`relink, open and look ${name} ${location % 3} ${other % 3}`, async (world) => {
        const issued = world.issued.findLast(({ record }) => record.user === name)
        const [key = ''] = KEYS
        const [resource = ''] = issued?.claims.resources ?? RESOURCES
        const [origin = ''] = issued?.claims.origins ?? [HOST]
        if (!issued) return
        await world.redeem(issued, other % LOCATIONS.length, key, resource, origin)
        await world.link(name, false)
        await world.redeem(issued, location % LOCATIONS.length, key, resource, origin)
        const session = world.sessions.at(-1)
        if (session) await world.look(session, other % LOCATIONS.length)
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(user, index, index).map(([name, location, other]) =>
      named(`sign out, refresh, open and look ${name} ${location % 3} ${other % 3}`, async (world) => {
        const issued = world.issued.findLast(({ record }) => record.user === name)
        const [key = ''] = KEYS
        const [resource = ''] = issued?.claims.resources ?? RESOURCES
        const [origin = ''] = issued?.claims.origins ?? [HOST]
        if (!issued) return
        await world.redeem(issued, other % LOCATIONS.length, key, resource, origin)
        await world.signOut(name)
        await world.refresh(issued.record, false)
        for (const given of [issued, world.issued.at(-1)])
          if (given) await world.redeem(given, location % LOCATIONS.length, key, resource, origin)
        for (const session of world.sessions.slice(-2)) await world.look(session, other % LOCATIONS.length)
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
        const issued = recent(
          world.issued.filter(({ claims }) => claims.spend),
          at,
        )
        const { exp = 0, spend, jti = '' } = issued?.claims ?? {}
        if (!spend) return
        const object = env.SPENT_TOKENS.getByName(objectNameOf({ exp, ...spend }))
        await object.knownHolder(jti)
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
