import type { Deployment } from '../client/api-types.ts'
import { BiuwerEdge } from '../client/biuwer-edge.ts'
import { EdgeError } from '../client/edge-error.ts'
import { forgetCopies } from './forget-copies.ts'

/** Why nobody is signed in: nobody has yet, the person signed out, or the edge takes the key no longer. */
export type Absence = 'new' | 'ended' | 'refused'

interface Present {
  edge: BiuwerEdge
  deployment: Deployment
}

const STORED = 'biuwer-embed:admin-key'

/**
 * The admin key that is signed in, and what it can ask. The key is in this object's memory; it is in the tab's session
 * storage too if the person wants to stay signed in through reloads. Fires `change`.
 */
export class Session extends EventTarget {
  #present: Present | undefined
  absence: Absence = 'new'

  get deployment(): Deployment | undefined {
    return this.#present?.deployment
  }

  /** Signs in with an admin key. Rejects with the edge's EdgeError if the edge does not take the key. */
  async signIn(adminKey: string, { keep }: { keep: boolean }): Promise<void> {
    let edge: BiuwerEdge
    try {
      edge = new BiuwerEdge({ edge: location.origin, adminKey })
    } catch (error) {
      // A text that can't be sent in a header is no key.
      if (error instanceof TypeError) throw new EdgeError('unauthorized', 'This is no admin key.')
      throw error
    }
    const deployment = await edge.deployment()
    if (keep) sessionStorage.setItem(STORED, adminKey)
    else sessionStorage.removeItem(STORED)
    this.#present = { edge, deployment }
    this.dispatchEvent(new Event('change'))
  }

  /** Signs in with the key in the tab's session storage, if there is one. */
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
    forgetCopies()
  }

  /**
   * Asks the edge. If it takes the key no longer, the question waits until the person has signed in again and is then
   * repeated, which is safe: the edge did nothing for the key that it refused.
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
