import type { ReactiveController } from '@lit/reactive-element'
import type { SessionFacts } from '../diagnosis/subject.ts'
import {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from '../events.ts'
import { CURES, describe, type Failure } from '../failures.ts'
import { pageSettings } from '../page-settings.ts'
import { watchLanguage } from '../panel/messages/language.ts'
import type { EmbedState } from '../session/embed-state.ts'
import { CurrentPhase } from '../session/phases.ts'
import type { Session } from '../session/session.ts'
import type { SessionHost } from '../session/session-host.ts'
import {
  type Answer,
  callProvider,
  type Reason,
  sourceOf,
  type TokenProvider,
} from '../session/token-source.ts'
import { textOf } from '../text-of.ts'

/** Milliseconds of a session for which a test sets no end: what an edge gives by default. */
const LENGTH = 28_800_000

/** A question that a tag had for the page's source of tokens. */
export interface Asked {
  readonly source: 'tokenProvider' | 'token-url'
  readonly reason: Reason
  /** The address of `token-url`, as it was set; null for a provider. */
  readonly url: string | null
}

/** Calls of providers that are under way: tags of the page share them. */
const calls = new Map<TokenProvider, Promise<Answer>>()

/**
 * Stands in for `SessionController` in a host's unit tests: the test says what happens. Nothing is fetched, nothing waits
 * for a time, and there is no frame. A `tokenProvider` is called as the tag calls it, and a `token-url` is only noted.
 */
export class StandInSession implements Session, ReactiveController {
  error: Session['error'] = null
  expiresAt: Date | null = null
  readonly frame = null
  readonly name = ''
  readonly inWindow = false
  readonly startsIn = undefined
  /** All that was asked of the page, oldest first. */
  readonly asked: Asked[] = []

  readonly #host: SessionHost
  readonly #phase: CurrentPhase
  /** Whether the host was in the page before it was a tag, until it is told that it is there. */
  #madeInPage: boolean
  #token: string | undefined
  #asking = new AbortController()
  /** Aborts when the host leaves the page. */
  #stay = new AbortController()
  #begunFor = ''

  constructor(host: SessionHost, states: Set<string>) {
    this.#host = host
    this.#madeInPage = host.isConnected
    this.#phase = new CurrentPhase(states, this.#update)
    host.addController(this)
  }

  #update = (): void => this.#host.requestUpdate()

  get state(): EmbedState {
    return this.#phase.state
  }

  hostConnected(): void {
    // happy-dom makes a tag of an element that is in the page without telling it which attributes it has.
    if (this.#madeInPage)
      for (const { name, value } of [...this.#host.attributes]) this.#host.setAttribute(name, value)
    this.#madeInPage = false
    this.#stay = new AbortController()
    // Not with a signal, which zone.js can't hand over to the listeners of jsdom.
    pageSettings.addEventListener('change', this.#update)
    watchLanguage(this.#host, this.#stay.signal, this.#update)
    this.#update()
  }

  hostDisconnected(): void {
    this.#stay.abort()
    pageSettings.removeEventListener('change', this.#update)
    this.#stop()
    this.#phase.enter('idle')
  }

  /** Begins, begins anew or stops, so that it matches the host's attributes. */
  hostUpdate(): void {
    if (this.state !== 'idle' && this.#begunFor !== this.#wanted) {
      this.#stop()
      this.#phase.enter('idle')
    }
    if (this.state === 'idle' && this.#host.isConnected && !this.#lacking) this.#begin()
  }

  offer(token: string): void {
    this.#token = token
    if (this.state !== 'ready') this.reload()
  }

  reload(): void {
    this.#stop()
    this.#phase.enter('idle')
  }

  openInWindow(): void {}

  facts(): SessionFacts {
    const { state, error, frame } = this
    return {
      state,
      error,
      frame,
      connected: state === 'ready',
      edge: this.#host.edge ?? undefined,
      token: this.#token,
      skew: null,
    }
  }

  /** Opens the session. Throws where the page has not set what the tag needs. */
  open(expiresAt = new Date(Date.now() + LENGTH)): void {
    this.hostUpdate()
    if (this.state === 'error' || this.state === 'expired') this.#begin()
    if (this.state === 'idle') throw new TypeError(`<biuwer-embed> can't open: ${this.#lacking}`)
    this.expiresAt = typeof this.#host.instance === 'string' ? null : expiresAt
    this.#phase.enter('ready final')
    this.#host.dispatchEvent(new BiuwerReadyEvent(this.expiresAt))
  }

  /** Ends with a failure or, where `running`, tells of one while the session goes on. */
  fail(failure: Failure, running: boolean): void {
    this.#updateInPage()
    const error = describe(failure, this.#hasSource && failure.code in CURES)
    if (!running) this.#end('error', error)
    this.#host.dispatchEvent(new BiuwerErrorEvent(error))
  }

  expire(): void {
    this.#updateInPage()
    this.#end('expired', describe({ code: 'session_expired' }, this.#hasSource))
    this.#host.dispatchEvent(new BiuwerExpiredEvent())
  }

  /** Renews the session: the page's source is asked for a token, and gives one. */
  renew(expiresAt?: Date): void {
    const ends = this.expiresAt
    if (this.state !== 'ready' || !ends)
      throw new TypeError('<biuwer-embed> renews a session alone that is open, with an edge')
    this.#ask('expiring')
    this.#host.dispatchEvent(new BiuwerExpiringEvent(ends))
    this.expiresAt = expiresAt ?? new Date(ends.getTime() + LENGTH)
    this.#update()
    this.#host.dispatchEvent(new BiuwerRenewedEvent(this.expiresAt))
  }

  /** Matches the host's attributes. Throws where the host is not in the page, in which the tag neither fails nor ends. */
  #updateInPage(): void {
    if (!this.#host.isConnected) throw new TypeError('<biuwer-embed> fails and ends only in the page')
    this.hostUpdate()
  }

  get #wanted(): string {
    const { resourceId, edge, instance } = this.#host
    return JSON.stringify([resourceId, edge, instance])
  }

  get #hasSource(): boolean {
    return !!sourceOf(this.#host)
  }

  /** An edge may be missing: a unit test need not run what sets it for all tags. */
  get #lacking(): string {
    if (!this.#host.isConnected) return 'it is not in the page'
    if (!textOf(this.#host.resourceId)) return 'it lacks resource-id'
    return this.#hasSource || this.#token ? '' : 'it lacks token-url, tokenProvider or token'
  }

  #begin(): void {
    this.#begunFor = this.#wanted
    this.error = null
    this.#phase.enter('connecting open')
    if (!this.#token) this.#ask('initial')
  }

  #ask(reason: Reason): void {
    const { tokenProvider, tokenUrl } = this.#host
    if (!this.#hasSource) return
    this.asked.push({
      source: tokenProvider ? 'tokenProvider' : 'token-url',
      reason,
      url: tokenProvider ? null : tokenUrl,
    })
    if (!tokenProvider) return
    this.#asking.abort()
    this.#asking = new AbortController()
    const { signal } = this.#asking
    void call(tokenProvider, reason, signal).then((answer) => {
      if (signal.aborted) return
      if (typeof answer === 'string') this.#token = answer
      // A failure counts until the test has said what happens.
      else if (this.state === 'connecting') this.fail(answer, false)
    })
  }

  #end(phase: 'error' | 'expired', error: Session['error']): void {
    this.#stop()
    this.#token = undefined
    this.error = error
    this.#phase.enter(phase)
  }

  #stop(): void {
    this.#asking.abort()
    this.error = null
    this.expiresAt = null
  }
}

/** Calls a provider, unless a call of it is under way. */
function call(provider: TokenProvider, reason: Reason, signal: AbortSignal): Promise<Answer> {
  const running = calls.get(provider)
  if (running) return running
  const begun = callProvider(provider, reason, signal).finally(() => calls.delete(provider))
  calls.set(provider, begun)
  return begun
}
