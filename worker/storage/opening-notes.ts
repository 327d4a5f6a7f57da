import { BoundedMap } from '../bounded-map.ts'
import type { Refusal } from '../policy/refusal.ts'
import type { Instant } from '../policy/time.ts'
import { MINUTE } from '../policy/time.ts'
import { random } from '../tokens/random.ts'
import type { Batch, Count } from './opening-batch.ts'
import { type OpeningLog, openingLogOf } from './opening-log.ts'

/** Seconds for which an isolate gathers openings before it writes them. */
const PAUSE = 10
/** Seconds after which a wait that has not ended is taken for cancelled, with the request that it belonged to. */
const LONGEST_PAUSE = 20
/** Counts and refusals that are gathered at most. */
const MOST_COUNTS = 10_000
const MOST_REFUSALS = 500
/** Resources that a batch tells apart. */
const MOST_RESOURCES = 500
/** Batches that could not be written and are tried again: what a minute brings. */
const MOST_UNWRITTEN = MINUTE / PAUSE
/** Refusals of a record, and those of a client's address, that one isolate hands over in a minute. All are counted. */
const MOST_OF_RECORD = 10
const MOST_OF_ADDRESS = 100

interface Bindings {
  OPENING_LOG: DurableObjectNamespace<OpeningLog>
}

/** One opening that was asked for with a verified token. */
export interface Note extends Omit<Count, 'hour' | 'count'> {
  at: Instant
}

/**
 * What an isolate has noted of openings and not written yet. It writes behind an answer: ten seconds after the first note, or
 * at once where there is a refusal, that at most once a second. What it holds is lost with the isolate.
 */
export class OpeningNotes {
  readonly #pause: () => Promise<unknown>
  #counts = new Map<string, Count>()
  #resources = new Set<string>()
  #refusals: Refusal[] = []
  #unwritten: Batch[] = []
  /** When the last refusal was written at once. */
  #refusalWrittenAt: Instant = 0
  /** When the wait began that ends with a write; null: nobody waits. */
  #waitingSince: Instant | null = null
  /** Refusals in this minute, by record and by address. */
  readonly #handedOver = new BoundedMap<string, { minute: number; count: number }>(10_000)

  /** @param pause waits for the time that a batch gathers */
  constructor(pause: () => Promise<unknown> = () => scheduler.wait(PAUSE * 1000)) {
    this.#pause = pause
  }

  /** Counts an opening. */
  count({ at, code, policy, resource, subject, user }: Note): void {
    const hour = at - (at % 3600)
    const told = resource !== null && this.#tellsApart(resource) ? resource : null
    // None of them has a space in it.
    const name = `${hour} ${code} ${policy} ${told ?? ''} ${subject} ${user}`
    const counted = this.#counts.get(name)
    if (counted) counted.count++
    else if (this.#counts.size < MOST_COUNTS)
      this.#counts.set(name, { hour, code, policy, resource: told, subject, user, count: 1 })
  }

  /** Keeps a refusal, as far as its record and the client's address may bring any more in this minute. */
  keep(refusal: Refusal, address: string): void {
    const minute = Math.floor(refusal.at / MINUTE)
    if (this.#refusals.length >= MOST_REFUSALS) return
    if (this.#isOver(`${refusal.subject} ${refusal.user}`, minute, MOST_OF_RECORD)) return
    if (this.#isOver(address, minute, MOST_OF_ADDRESS)) return
    this.#refusals.push(refusal)
  }

  /** Sees to it that what was noted is written, behind the answer to a request. */
  writeBehind(env: Bindings, waitUntil: (work: Promise<unknown>) => void, now: Instant): void {
    if (this.#refusals.length > 0 && now !== this.#refusalWrittenAt) {
      this.#refusalWrittenAt = now
      waitUntil(this.write(env))
    } else if (this.#counts.size > 0 && !this.#isWaiting(now)) {
      this.#waitingSince = now
      waitUntil(this.#writeLater(env))
    }
  }

  /** Writes all that was noted. What could not be written is tried again the next time. Never throws. */
  async write(env: Bindings): Promise<void> {
    const batches = [...this.#unwritten.splice(0), ...this.#taken()]
    for (const batch of batches) {
      try {
        await openingLogOf(env).write(batch)
      } catch (error) {
        console.warn(JSON.stringify({ event: 'openings_not_written', error: String(error) }))
        this.#unwritten.push(batch)
        this.#unwritten.splice(0, this.#unwritten.length - MOST_UNWRITTEN)
      }
    }
  }

  async #writeLater(env: Bindings): Promise<void> {
    await this.#pause()
    this.#waitingSince = null
    await this.write(env)
  }

  #isWaiting(now: Instant): boolean {
    return (
      this.#waitingSince !== null && now < this.#waitingSince + LONGEST_PAUSE && now >= this.#waitingSince
    )
  }

  /** What was noted, as a batch; none where nothing was. */
  #taken(): Batch[] {
    if (this.#counts.size === 0 && this.#refusals.length === 0) return []
    const batch = { id: random(), counts: [...this.#counts.values()], refusals: this.#refusals }
    this.#counts = new Map()
    this.#resources = new Set()
    this.#refusals = []
    return [batch]
  }

  #tellsApart(resource: string): boolean {
    if (this.#resources.size < MOST_RESOURCES) this.#resources.add(resource)
    return this.#resources.has(resource)
  }

  #isOver(whose: string, minute: number, most: number): boolean {
    const known = this.#handedOver.get(whose)
    const count = known?.minute === minute ? known.count + 1 : 1
    this.#handedOver.set(whose, { minute, count })
    return count > most
  }
}
