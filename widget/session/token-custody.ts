import { CURES, type EmbedCode } from '../failures.ts'
import type { SessionHost } from './session-host.ts'
import { sessionKey } from './session-key.ts'
import { type Answer, type Reason, requestToken, type Source, sourceOf } from './token-source.ts'

/** Holds the tag's tokens and asks the page for new ones. */
export class TokenCustody {
  /** The newest token. It outlives a disconnection: a single-use one could not be had twice. */
  current: string | undefined
  readonly #host: SessionHost
  readonly #received: (answer: Answer) => void
  /** The running session's token, while a newer one is on its way to the edge. */
  #renewingFrom: string | undefined
  #asking: AbortController | undefined
  /** Why the page is asked next. */
  #reason: Reason = 'initial'
  /** Whether the newest token is already there, or was asked for, because the one before failed. */
  #replaced = false
  /** Whether the page's last answer was that the visitor is signed out. */
  #signedOut = false

  /** `received` gets the token that was asked for, or why none came. */
  constructor(host: SessionHost, received: (answer: Answer) => void) {
    this.#host = host
    this.#received = received
  }

  /** Where the page gives out tokens; undefined where only the page itself can set one. */
  get source(): Source | undefined {
    return sourceOf(this.#host)
  }

  get renewing(): boolean {
    return this.#renewingFrom !== undefined
  }

  /** The reason to give the page if a new token could mend this failure and there is somebody to ask for one. */
  cure(code: EmbedCode): Reason | undefined {
    return this.source ? CURES[code] : undefined
  }

  /** Asks the page for a token, unless that is under way. Without a source, only the page itself can set one. */
  async ask(reason = this.#reason): Promise<void> {
    this.#reason = reason
    const { source } = this
    if (!source || this.#asking) return
    const asking = new AbortController()
    this.#asking = asking
    const answer = await requestToken(source, reason, asking.signal)
    if (asking.signal.aborted) return
    this.#asking = undefined
    this.#signedOut = typeof answer === 'object' && answer.code === 'signed_out'
    this.#received(answer)
  }

  stopAsking(): void {
    this.#asking?.abort()
    this.#asking = undefined
  }

  /** Takes a token to open a session with. */
  accept(token: string): void {
    this.stopAsking()
    this.#signedOut = false
    this.current = token
    this.#reason = 'initial'
  }

  /** Forgets the newest token, where the page can be asked for another. */
  forget(): void {
    if (this.source) this.current = undefined
  }

  /**
   * Forgets the newest token if another may mend the failure. Returns whether to ask for that: not twice in a row, and not
   * where the visitor is signed out.
   */
  replace(code: EmbedCode): boolean {
    const reason = this.cure(code)
    if (!reason) return false
    this.current = undefined
    this.#reason = reason
    const first = !this.#replaced && !this.#signedOut
    this.#replaced = true
    return first
  }

  /** Notes that a token worked, or that somebody wants another try: when the next one fails, it may be replaced. */
  trust(): void {
    this.#replaced = false
  }

  /** Takes a token to renew the running session with. Returns the session key, which is carried over. */
  beginRenewal(token: string): string {
    this.stopAsking()
    this.#signedOut = false
    this.#renewingFrom ??= this.current
    this.current = token
    return sessionKey(token, this.#renewingFrom && sessionKey(this.#renewingFrom))
  }

  /** Returns the newest token, to open a session anew with. No renewal is under way any more. */
  toOpenWith(): string | undefined {
    this.#renewingFrom = undefined
    if (this.current) this.stopAsking()
    return this.current
  }

  /** Notes that the edge took the newest token. */
  confirm(): void {
    this.#renewingFrom = undefined
    this.#reason = 'initial'
  }

  /** Goes back to the token that the session runs on. Returns the one that failed to renew it, if there was one. */
  giveBack(): string | undefined {
    if (!this.#renewingFrom) return undefined
    const failed = this.current
    this.current = this.#renewingFrom
    this.#renewingFrom = undefined
    return failed
  }
}
