import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { alarm, stopwatch } from './clock.ts'
import { edgeOrigin } from './edge.ts'
import {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from './events.ts'
import { CURES, causeOf, type EmbedCode, type EmbedError, type Failure, transient } from './failures.ts'
import type { Report, Term } from './frame/protocol.ts'
import { FrameChannel } from './frame-channel.ts'
import { createFrame } from './frame-element.ts'
import { en } from './messages/en.ts'
import { renewalDelay, retryDelay } from './renewal-timing.ts'
import { sessionKey } from './session-key.ts'
import { type Reason, requestValue, type TokenProvider } from './token-source.ts'

/** Milliseconds the frame may take to say hello, and then for each answer. */
const LIMIT = 15_000
/** Seconds to wait where the edge limits the rate and doesn't say for how long. */
const RATE_PAUSE = 30
/** Milliseconds after which a session's end is a new need, not the failure of the last cure. */
const SETTLED = 30_000

export type EmbedState = 'idle' | 'connecting' | 'ready' | 'error' | 'expired'

export interface SessionHost extends ReactiveControllerHost, HTMLElement {
  readonly resourceId: string | null
  readonly tokenProvider: TokenProvider | null
  readonly tokenUrl: string | null
  readonly edge: string | null
  readonly loading: string
}

/** Opens the session once the host has what it takes, keeps it open, and lets go of everything with the host. */
export class SessionController implements ReactiveController {
  state: EmbedState = 'idle'
  error: EmbedError | null = null
  expiresAt: Date | null = null
  frame: HTMLIFrameElement | null = null

  readonly #host: SessionHost
  readonly #states: Set<string>

  #edge: string | null = null
  #resource: string | null = null
  /** The newest value. It outlives a disconnection: a single-use one could not be had twice. */
  #value: string | undefined
  /** The value that the running session stands on, while a newer one is on its way. */
  #former: string | undefined
  #reason: Reason = 'initial'
  /** Whether a value was already asked for because the last one failed. */
  #cured = false
  #seen = false

  /** Ends with the frame: what listens for it. */
  #life = new AbortController()
  #asking: AbortController | undefined
  #channel: FrameChannel | undefined
  #observer: IntersectionObserver | undefined
  /** Calls off the one thing that is waited for. */
  #calm = () => {}

  #began = 0
  #sent = 0
  /** Length of the session in milliseconds as last told, and the time since. */
  #length = 0
  #age = stopwatch()

  constructor(host: SessionHost, states: Set<string>) {
    this.#host = host
    this.#states = states
    states.add(this.state)
    host.addController(this)
  }

  /** The update comes a microtask later: an element appended, removed and appended again asks once. */
  hostConnected(): void {
    this.#host.requestUpdate()
  }

  hostDisconnected(): void {
    this.#observer?.disconnect()
    this.#observer = undefined
    this.#seen = false
    this.#halt('idle')
  }

  /** Makes what runs agree with what the host asks for. */
  hostUpdate(): void {
    const { isConnected, resourceId, edge, loading } = this.#host
    if (this.state !== 'idle' && edge === this.#edge) {
      if (resourceId === this.#resource) return
      this.#resource = resourceId
      if (resourceId && this.frame) {
        this.#open()
        return
      }
    }
    if (this.state !== 'idle') this.#halt('idle')
    if (!isConnected || !resourceId || !(this.#value || this.#source)) return
    if (loading === 'lazy' && !this.#seen) {
      this.#watch()
      return
    }
    this.#observer?.disconnect()
    this.#edge = edge
    this.#resource = resourceId
    const origin = edgeOrigin(edge)
    if (origin) this.#begin(origin)
    else this.#fail({ code: 'invalid_request', detail: 'edge must be an https origin, or http on localhost' })
  }

  /** Opens anew, in a new frame. */
  reload(): void {
    this.#cured = false
    this.#halt('idle')
  }

  /** Takes a token value from the page. */
  offer(text: string): void {
    if (text === this.#value && /connecting|ready/.test(this.state)) return
    this.#cured = false
    this.#take(text)
  }

  get #source(): TokenProvider | string | null {
    return this.#host.tokenProvider ?? this.#host.tokenUrl
  }

  /** What to ask the provider for, where there is one and another value is the cure. */
  #cure(code: EmbedCode): Reason | null | undefined {
    return this.#source ? CURES[code] : null
  }

  #watch(): void {
    this.#observer ??= new IntersectionObserver(
      (entries) => {
        this.#seen ||= entries.some((entry) => entry.isIntersecting)
        this.#host.requestUpdate()
      },
      { rootMargin: '100% 0px' },
    )
    this.#observer.observe(this.#host)
  }

  #begin(origin: string): void {
    const { signal } = this.#life
    this.#began = performance.now()
    this.frame = createFrame(origin)
    this.#channel = new FrameChannel(this.frame, origin, signal, this.#connected, this.#hear)
    document.addEventListener(
      'securitypolicyviolation',
      ({ blockedURI, disposition, effectiveDirective }) => {
        const ours =
          `${blockedURI}/`.startsWith(`${origin}/`) && /^(frame|child)-src/.test(effectiveDirective)
        if (ours && disposition === 'enforce') this.#fail({ code: 'frame_blocked' })
      },
      { signal },
    )
    this.#limit('frame_unreachable')
    this.#open()
  }

  #connected = (): void => {
    performance.measure('biuwer:frame', { start: this.#began })
    this.#calm()
    this.#open()
  }

  /** Opens the resource as far as frame and value are there; either calls again when it comes. */
  #open(): void {
    this.#set('connecting')
    this.expiresAt = null
    this.#former = undefined
    if (!this.#value) {
      void this.#ask()
      return
    }
    this.#asking?.abort()
    if (!this.#channel?.connected || !this.#resource) return
    this.#sent = performance.now()
    this.#limit('timeout')
    this.#channel.send({
      type: 'open',
      resource: this.#resource,
      token: this.#value,
      session_key: sessionKey(this.#value),
      title: this.frame?.title ?? '',
    })
  }

  #hear = (report: Report): void => {
    const opening = this.state === 'connecting'
    switch (report.type) {
      case 'opened':
        performance.measure('biuwer:session', { start: this.#sent })
        this.#limit('timeout')
        this.#count(report)
        break
      case 'ready':
        if (!opening || !this.expiresAt) break
        performance.measure('biuwer:ready', { start: this.#began })
        this.#set('ready')
        this.#plan(0)
        this.#host.dispatchEvent(new BiuwerReadyEvent(this.expiresAt))
        break
      case 'renewed':
        this.#former = undefined
        this.#cured = false
        this.#count(report)
        // Where it brought nothing, the next one must not follow at once.
        this.#plan(retryDelay(report.left))
        this.#host.dispatchEvent(new BiuwerRenewedEvent(new Date(report.expires_at)))
        break
      case 'refused':
        if (opening) this.#refused(report)
        else if (this.#former) this.#notRenewed(report)
        break
      case 'ended':
        if (this.#age() > SETTLED) this.#cured = false
        // With a newer value on its way, or out of contact, as after a computer's sleep: simply again.
        if (this.#former || report.code === 'unavailable') this.#open()
        else this.#refused(report)
    }
  }

  #count({ expires_at, left }: Term): void {
    this.#length = left
    this.#age = stopwatch()
    this.#reason = 'initial'
    this.expiresAt = new Date(expires_at)
  }

  /** Waits for the time to renew. */
  #plan(least: number): void {
    this.#wait(Math.max(renewalDelay(this.#length) - this.#age(), least), () => {
      this.#reason = 'expiring'
      void this.#ask()
      if (this.expiresAt) this.#host.dispatchEvent(new BiuwerExpiringEvent(this.expiresAt))
    })
  }

  async #ask(): Promise<void> {
    const source = this.#source
    if (!source || this.#asking?.signal.aborted === false) return
    const asking = new AbortController()
    this.#asking = asking
    const text = await requestValue(source, this.#reason, asking.signal)
    if (asking.signal.aborted) return
    this.#asking = undefined
    if (text) this.#take(text)
    else if (this.state === 'ready') this.#notRenewed({ code: 'provider_failed' })
    else this.#fail({ code: 'provider_failed' })
  }

  #take(text: string): void {
    if (this.state === 'ready') {
      this.#renew(text)
      return
    }
    this.#value = text
    this.#reason = 'initial'
    if (this.state === 'connecting') this.#open()
    else this.#halt('idle')
  }

  #renew(text: string): void {
    this.#asking?.abort()
    this.#former ??= this.#value
    this.#value = text
    this.#wait(LIMIT, () => this.#notRenewed({ code: 'timeout' }))
    const session_key = sessionKey(text, this.#former && sessionKey(this.#former))
    this.#channel?.send({ type: 'renew', token: text, session_key })
  }

  /** The session runs on to its end; what may still renew it is tried. */
  #notRenewed(failure: Failure): void {
    const { code, retry_after = 0 } = failure
    const refused = this.#former && this.#value
    this.#value = this.#former ?? this.#value
    this.#former = undefined
    this.#calm()
    if (transient(code) || this.#cure(code)) {
      this.#wait(Math.max(retryDelay(this.#length - this.#age()), retry_after * 1000), () => {
        if (refused && transient(code)) this.#renew(refused)
        else void this.#ask()
      })
      return
    }
    if (this.#age() < renewalDelay(this.#length)) this.#plan(0)
    this.#host.dispatchEvent(new BiuwerErrorEvent(this.#describe(failure)))
  }

  /** No session: asks for another value where that is the cure, but not twice in a row. */
  #refused(failure: Failure): void {
    const cure = this.#cure(failure.code)
    if (cure) {
      this.#value = undefined
      this.#reason = cure
    }
    if (cure && !this.#cured) {
      this.#cured = true
      this.#calm()
      this.#open()
    } else {
      this.#fail(failure)
    }
  }

  #fail(failure: Failure): void {
    const { code, retry_after = RATE_PAUSE } = failure
    const expired = code === 'session_expired'
    this.#halt(expired ? 'expired' : 'error')
    const error = this.#describe(failure)
    this.error = error
    if (code === 'rate_limited') this.#wait(retry_after * 1000, () => this.reload())
    if (transient(code)) addEventListener('online', () => this.reload(), { signal: this.#life.signal })
    // Last: a listener may reload or remove the host.
    this.#host.dispatchEvent(expired ? new BiuwerExpiredEvent() : new BiuwerErrorEvent(error))
  }

  #describe({ code, detail, request_id, valid_from }: Failure): EmbedError {
    return {
      code,
      message: detail ?? en[causeOf(code)],
      requestId: request_id ?? null,
      retryable: transient(code) || !!this.#cure(code),
      validFrom: valid_from ? new Date(valid_from) : null,
    }
  }

  #limit(code: EmbedCode): void {
    this.#wait(LIMIT, () => this.#fail({ code }))
  }

  #wait(ms: number, due: () => void): void {
    this.#calm()
    this.#calm = alarm(ms, due)
  }

  /** Undoes all that was begun. The update that follows begins anew where the host still asks for it. */
  #halt(state: EmbedState): void {
    this.#calm()
    this.#asking?.abort()
    this.#life.abort()
    this.#life = new AbortController()
    this.frame = null
    this.expiresAt = null
    this.error = null
    this.#set(state)
  }

  #set(state: EmbedState): void {
    this.state = state
    this.#states.clear()
    this.#states.add(state)
    this.#host.requestUpdate()
  }
}
