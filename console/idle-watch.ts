import { sharedStorage } from './storage.ts'

/** Milliseconds without a person's action in any tab, after which nobody is taken to be there. */
export const IDLE_LIMIT = 30 * 60_000
/** Milliseconds before that at which the person is told. */
const NOTICE = 60_000
/** Milliseconds between checks at most: timers stand still while a machine sleeps, and the clock does not. */
const LONGEST_NAP = 10_000
/** Milliseconds between actions that are worth telling the other tabs of. */
const WORTH_TELLING = 1_000

const STORED = 'biuwer-embed:last-action'
const ACTIONS = ['pointerdown', 'pointermove', 'wheel', 'keydown'] as const

/** Whether somebody acts, is to be told that the time runs out, or is taken to be gone. */
export type Presence = 'here' | 'leaving' | 'gone'

/** When somebody last acted in any tab of the console, by the clock; 0 if that is not known. */
export function lastAction(now = Date.now()): number {
  const time = Number(sharedStorage.get(STORED))
  // A time to come was written before the clock was set back.
  return Number.isFinite(time) && time <= now ? time : 0
}

/** Watches whether a person acts in this tab or another one. Fires `change`; each look at the clock decides by itself. */
export class IdleWatch extends EventTarget {
  presence: Presence = 'gone'
  /** The last action in this tab, by the clock. */
  #own = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Begins with an action of now. */
  start(): void {
    this.#record(Date.now())
    for (const action of ACTIONS) addEventListener(action, this.#act, { capture: true, passive: true })
    addEventListener('storage', this.#check)
    addEventListener('focus', this.#check)
    document.addEventListener('visibilitychange', this.#check)
    this.#check()
  }

  stop(): void {
    clearTimeout(this.#timer)
    for (const action of ACTIONS) removeEventListener(action, this.#act, { capture: true })
    removeEventListener('storage', this.#check)
    removeEventListener('focus', this.#check)
    document.removeEventListener('visibilitychange', this.#check)
    this.presence = 'gone'
  }

  #act = (event: Event): void => {
    if (!event.isTrusted) return
    // The first action after a machine has slept does not bring back the person who left before.
    this.#check()
    if (this.presence === 'gone') return
    const now = Date.now()
    if (this.presence === 'here' && now - this.#own < WORTH_TELLING) return
    this.#record(now)
    this.#check()
  }

  #record(now: number): void {
    this.#own = now
    sharedStorage.set(STORED, String(now))
  }

  #check = (): void => {
    clearTimeout(this.#timer)
    const now = Date.now()
    this.#own = Math.min(this.#own, now)
    const left = Math.max(this.#own, lastAction(now)) + IDLE_LIMIT - now
    const presence = left <= 0 ? 'gone' : left <= NOTICE ? 'leaving' : 'here'
    if (presence !== 'gone') {
      const next = presence === 'here' ? left - NOTICE : left
      this.#timer = setTimeout(this.#check, Math.min(next, LONGEST_NAP))
    }
    if (presence === this.presence) return
    this.presence = presence
    this.dispatchEvent(new Event('change'))
  }
}
