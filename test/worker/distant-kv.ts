import { env } from 'cloudflare:workers'
import type { Bindings } from '../../worker/env.ts'

/** How long a location keeps what it read, misses too, in seconds. */
const CACHE = 60
/** A write shows elsewhere after so many seconds at most, each location in its own order. */
const LATEST = 90
/** One read of so many takes long, up to as long. */
const SLOW = 1 / 30

interface Write {
  at: number
  value: string
  /** Seconds until each location may see it. */
  delays: number[]
}

/**
 * KV as it behaves between locations: what one has read it goes on seeing, misses included; writes arrive late and
 * out of order; a key takes one write a second; a read may take longer than a lease. What is stored is text, as the edge reads it.
 */
export class DistantKv {
  readonly #writes = new Map<string, Write[]>()
  readonly #caches: Map<string, { at: number; value: string | null }>[]
  readonly locations: Bindings[]
  /** Reads and writes fail while it is set. */
  isDown = false
  /** Not while several ask at once: one's waiting would make the others' answers late. */
  mayBeSlow = true

  /**
   * @param draw a number from 0 to 1, of the test's own making, so that a run can be had again
   * @param pass lets so many seconds pass: now and then a read takes its time
   */
  constructor(count: number, draw: () => number, pass: (seconds: number) => void) {
    this.#caches = Array.from({ length: count }, () => new Map())
    this.locations = this.#caches.map((cache, location) => {
      const kv = {
        get: async (key: string) => {
          if (draw() < SLOW && this.mayBeSlow) pass(Math.ceil(draw() * LATEST))
          this.#mayFail()
          return this.#read(cache, location, key)
        },
        put: async (key: string, value: string) => {
          this.#mayFail()
          const now = seconds()
          const writes = this.#writes.get(key) ?? []
          if (writes.some(({ at }) => now - at < 1)) throw new Error('KV PUT failed: 429 Too Many Requests')
          const delays = this.#caches.map((_, other) => (other === location ? 0 : draw() * LATEST))
          this.#writes.set(key, [...writes, { at: now, value, delays }])
          cache.set(key, { at: now, value })
        },
      }
      return { ...env, EDGE_KV: kv as unknown as KVNamespace }
    })
  }

  #mayFail(): void {
    if (this.isDown) throw new Error('KV failed: 500 Internal Server Error')
  }

  #read(
    cache: Map<string, { at: number; value: string | null }>,
    location: number,
    key: string,
  ): string | null {
    const now = seconds()
    const kept = cache.get(key)
    if (kept && now - kept.at < CACHE) return kept.value
    const seen = (this.#writes.get(key) ?? []).filter(({ at, delays }) => now - at >= (delays[location] ?? 0))
    const value = seen.at(-1)?.value ?? null
    cache.set(key, { at: now, value })
    return value
  }
}

function seconds(): number {
  return Date.now() / 1000
}
