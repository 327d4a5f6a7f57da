import type { Deployment } from '../client/api-types.ts'
import { BiuwerEdge } from '../client/biuwer-edge.ts'
import { EdgeError } from '../client/edge-error.ts'

/** Why nobody is signed in: not yet, signed out, or the edge takes the key no longer. */
export type Absence = 'new' | 'ended' | 'refused'

interface Present {
  edge: BiuwerEdge
  deployment: Deployment
}

const STORED = 'biuwer-embed:admin-key'

/**
 * Who is signed in. The admin key lives in this object's memory; in the tab's session storage too where the
 * person asked for it, to outlast a reload. Fires `change`.
 */
export class Session extends EventTarget {
  #present: Present | undefined
  absence: Absence = 'new'

  get deployment(): Deployment | undefined {
    return this.#present?.deployment
  }

  /** Signs in with a key that the edge takes; rejects with its EdgeError otherwise. */
  async signIn(adminKey: string, { keep }: { keep: boolean }): Promise<void> {
    let edge: BiuwerEdge
    try {
      edge = new BiuwerEdge({ edge: location.origin, adminKey })
    } catch (error) {
      // What can't be a header can't be a key.
      if (error instanceof TypeError) throw new EdgeError('unauthorized', 'This is no admin key.')
      throw error
    }
    const deployment = await edge.deployment()
    if (keep) sessionStorage.setItem(STORED, adminKey)
    else sessionStorage.removeItem(STORED)
    this.#present = { edge, deployment }
    this.dispatchEvent(new Event('change'))
  }

  /** Goes on with the key that the tab's session kept, if any. */
  async resume(): Promise<void> {
    const adminKey = sessionStorage.getItem(STORED)
    if (adminKey === null) return
    try {
      await this.signIn(adminKey, { keep: true })
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      if (error.code === 'unauthorized') this.#leave('refused')
    }
  }

  signOut(): void {
    this.#leave('ended')
  }

  /**
   * Asks the edge. Where it takes the key no longer, the question waits until the person has signed in again,
   * and is then asked anew: the edge did nothing on a key that it refused.
   */
  async ask<Answer>(question: (edge: BiuwerEdge) => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    for (;;) {
      const { edge } = this.#present ?? (await this.#signedIn(signal))
      try {
        return await question(edge)
      } catch (error) {
        if (!(error instanceof EdgeError && error.code === 'unauthorized')) throw error
        if (this.#present?.edge === edge) this.#leave('refused')
      }
    }
  }

  #leave(absence: Absence): void {
    sessionStorage.removeItem(STORED)
    this.#present = undefined
    this.absence = absence
    this.dispatchEvent(new Event('change'))
  }

  #signedIn(signal: AbortSignal | undefined): Promise<Present> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (signal?.aborted) reject(signal.reason)
        else if (this.#present) resolve(this.#present)
        else if (this.absence === 'ended') reject(new DOMException('signed out', 'AbortError'))
        else return
        this.removeEventListener('change', settle)
        signal?.removeEventListener('abort', settle)
      }
      this.addEventListener('change', settle)
      signal?.addEventListener('abort', settle)
      settle()
    })
  }
}
