import type { CurrentKey, Deployment } from '../client/api-types.ts'
import type { BiuwerEdge } from '../client/biuwer-edge.ts'
import { EdgeError } from '../client/edge-error.ts'
import { isGranted, type Need } from './permission.ts'

/** What the edge tells a key that signs in. */
export type Admission = Pick<Session, 'key' | 'deployment'>

/**
 * What one key asks of the edge, from its sign-in until the sign-out, or until another key signs in. A part of the
 * console asks under the session it was made in, so nothing is ever sent under the key of somebody else. Fires `change`.
 */
export class Session extends EventTarget {
  /** The key as the edge described it at the last sign-in. */
  key: CurrentKey
  /** The edge's settings at the last sign-in; undefined for a key that may not read them. */
  deployment: Deployment | undefined
  readonly #adminKey: string
  readonly #edge: BiuwerEdge
  readonly #end = new AbortController()
  #isRefused = false
  /** How many times the key was let in: a refusal from before the last time says nothing about now. */
  #admissions = 1

  constructor(adminKey: string, edge: BiuwerEdge, { key, deployment }: Admission) {
    super()
    this.#adminKey = adminKey
    this.#edge = edge
    this.key = key
    this.deployment = deployment
  }

  /** Whether the edge takes the key no longer. What is asked then waits until it takes it again, or the session ends. */
  get isRefused(): boolean {
    return this.#isRefused
  }

  /** Whether the key may do what needs this. */
  may(need: Need): boolean {
    return isGranted(need, this.key)
  }

  isOf(adminKey: string): boolean {
    return this.#adminKey === adminKey
  }

  /** Goes on with what waited, because the edge takes the key again. */
  readmit({ key, deployment }: Admission): void {
    this.key = key
    this.deployment = deployment
    this.#admissions++
    this.#isRefused = false
    this.dispatchEvent(new Event('change'))
  }

  /** Drops what waits, and every answer that is still to come. */
  end(): void {
    this.#end.abort(new DOMException('signed out', 'AbortError'))
  }

  /**
   * Asks the edge. If it refuses the key, the question waits until the same key has signed in again and is then repeated,
   * which is safe: the edge did nothing for the key that it refused. Rejects with an AbortError once the session has
   * ended, whatever the edge answers.
   */
  async ask<Answer>(question: (edge: BiuwerEdge) => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    for (;;) {
      await this.#admitted(signal)
      const admissions = this.#admissions
      try {
        const answer = await question(this.#edge)
        // An answer that comes while the key is refused waits too: the page that would show it is put aside.
        await this.#admitted(signal)
        return answer
      } catch (error) {
        this.#end.signal.throwIfAborted()
        if (!(error instanceof EdgeError && error.code === 'unauthorized')) throw error
        if (admissions === this.#admissions) this.#refuse()
      }
    }
  }

  /** Asks the edge, as `ask`; undefined: what is asked for is gone, or is not for this key. */
  async find<Answer>(
    question: (edge: BiuwerEdge) => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer | undefined> {
    try {
      return await this.ask(question, signal)
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'not_found') return undefined
      throw error
    }
  }

  #refuse(): void {
    if (this.#isRefused) return
    this.#isRefused = true
    this.dispatchEvent(new Event('change'))
  }

  async #admitted(signal: AbortSignal | undefined): Promise<void> {
    const given = signal ? [signal, this.#end.signal] : [this.#end.signal]
    const over = AbortSignal.any(given)
    over.throwIfAborted()
    if (!this.#isRefused) return
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        this.removeEventListener('change', settle)
        over.removeEventListener('abort', settle)
        if (over.aborted) reject(over.reason)
        else resolve()
      }
      // The only change of a refused session is that its key is let in again.
      this.addEventListener('change', settle)
      over.addEventListener('abort', settle)
    })
  }
}

/** Whether a call was given up, because the person signed out or left the page: nobody is there to be told. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
