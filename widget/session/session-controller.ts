import type { ReactiveController } from 'lit'
import { alarm, stopwatch } from '../clock.ts'
import type { Line } from '../connection/connection.ts'
import { edgeOrigin } from '../connection/edge-origin.ts'
import { FrameChannel } from '../connection/frame-channel.ts'
import { createFrame, frameUrl } from '../connection/frame-element.ts'
import { frameOrigin } from '../connection/frame-origin.ts'
import { watchFramePolicy } from '../connection/frame-policy.ts'
import { ManualFrame } from '../connection/manual-frame.ts'
import type { Subject } from '../diagnosis/diagnose.ts'
import {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from '../events.ts'
import { CURES, describe, type EmbedCode, type EmbedError, type Failure, transient } from '../failures.ts'
import type { Report, Term } from '../frame-document/protocol.ts'
import { languageOf, messagesIn } from '../panel/messages/language.ts'
import { nearViewport } from './near-viewport.ts'
import { renewalDelay, retryDelay } from './renewal-timing.ts'
import type { SessionHost } from './session-host.ts'
import { sessionKey } from './session-key.ts'
import { type Reason, requestValue, type TokenProvider } from './token-source.ts'

/** Milliseconds the frame may take to say hello, and then for each answer. */
const LIMIT = 15_000
/** Seconds to wait where the edge limits the rate and doesn't say for how long. */
const RATE_PAUSE = 30
/** Milliseconds after which a session's end is a new need, not the failure of the last cure. */
const SETTLED = 30_000
/** Milliseconds between two looks whether the reader has closed the window. Browsers tell of it in no event. */
const WINDOW_WATCH = 500
/** Milliseconds over which those who wait for the same moment are spread. */
const SPREAD = 1000

export type EmbedState = 'idle' | 'connecting' | 'ready' | 'error' | 'expired'

/** Opens the session once the host has what it takes, keeps it open, and lets go of everything with the host. */
export class SessionController implements ReactiveController {
  state: EmbedState = 'idle'
  error: EmbedError | null = null
  expiresAt: Date | null = null
  frame: HTMLIFrameElement | null = null
  /** Whether the edge's document is, or is about to be, in a window of its own instead of the frame. */
  inWindow = false
  /** Milliseconds until a token that isn't valid yet will be, by the edge's clock. */
  startsIn: (() => number) | undefined

  readonly #host: SessionHost
  readonly #states: Set<string>

  /** What edge or instance was asked for when this began. */
  #place = ''
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
  #line: Line | undefined
  #unwatch: (() => void) | undefined
  /** Calls off the one thing that is waited for. */
  #calm = () => {}

  #began = 0
  #sent = 0
  /** Length of the session in milliseconds as last told, and the time since. */
  #length = 0
  #age = stopwatch()
  /** Milliseconds by which the device's clock is ahead of the edge's. */
  #skew: number | null = null

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
    this.#unwatch?.()
    this.#unwatch = undefined
    this.#seen = false
    this.#halt('idle')
  }

  /** Makes what runs agree with what the host asks for. */
  hostUpdate(): void {
    const { isConnected, resourceId, edge, instance, loading } = this.#host
    const place = `${instance} ${edge}`
    if (this.state !== 'idle' && place === this.#place) {
      if (resourceId === this.#resource) return
      this.#resource = resourceId
      if (resourceId && (this.frame || this.inWindow) && !this.#manual) {
        this.#open()
        return
      }
    }
    if (this.state !== 'idle') this.#halt('idle')
    if (!isConnected || !resourceId || !(this.#value || this.#source)) return
    if (loading === 'lazy' && !this.#seen) {
      this.#unwatch ??= nearViewport(this.#host, this.#come)
      return
    }
    this.#unwatch?.()
    this.#place = place
    this.#resource = resourceId
    this.#begin()
  }

  /** Opens anew, in a new frame. */
  reload(): void {
    this.#cured = false
    this.#halt('idle')
  }

  /** Opens the resource in a window of its own, and in the frame again once the reader has closed that. */
  openInWindow(): void {
    const origin = frameOrigin(this.#host.edge, null)
    if (this.#manual || typeof origin === 'object') return
    if (!this.#host.resourceId || !(this.#value || this.#source)) return
    const opened = open(frameUrl(origin))
    if (!opened) return
    this.#cured = false
    this.#halt('connecting')
    this.inWindow = true
    this.#place = `${this.#host.instance} ${this.#host.edge}`
    this.#resource = this.#host.resourceId
    const { signal } = this.#life
    this.#began = performance.now()
    this.#line = new FrameChannel(opened, origin, signal, { connected: this.#connected, report: this.#hear })
    const watching = setInterval(() => opened.closed && this.reload(), WINDOW_WATCH)
    signal.addEventListener('abort', () => clearInterval(watching))
    this.#limit('frame_unreachable')
    this.#open()
  }

  /** Takes a token value from the page. */
  offer(text: string): void {
    if (text === this.#value && /connecting|ready/.test(this.state)) return
    this.#cured = false
    this.#take(text)
  }

  /** What a diagnosis may look at. */
  subject(): Subject {
    const { tokenProvider, tokenUrl, instance, edge, resourceId } = this.#host
    const fetched = tokenUrl ? 'token-url' : null
    const origin = this.#manual ? undefined : edgeOrigin(edge)
    return {
      element: this.#host,
      frame: this.frame,
      connected: !!this.#line?.connected,
      edge: origin,
      instance,
      resource: resourceId,
      state: this.state,
      error: this.error,
      value: this.#value,
      tokenUrl,
      source: tokenProvider ? 'tokenProvider' : (fetched ?? (this.#value ? 'token' : null)),
      skew: this.#skew,
      frameUrl: origin && frameUrl(origin),
    }
  }

  get #manual(): boolean {
    return typeof this.#host.instance === 'string'
  }

  get #source(): TokenProvider | string | null {
    return this.#host.tokenProvider ?? this.#host.tokenUrl
  }

  /** What to ask the provider for, where there is one and another value is the cure. */
  #cure(code: EmbedCode): Reason | null | undefined {
    return this.#source ? CURES[code] : null
  }

  /** A limit hides the refusals that it counts: whatever they were, another value may not meet them. */
  #masked(code: EmbedCode): boolean {
    return code === 'rate_limited' && !!this.#source
  }

  #come = (): void => {
    this.#seen = true
    this.#host.requestUpdate()
  }

  #begin(): void {
    const manual = this.#manual
    const origin = frameOrigin(this.#host.edge, this.#host.instance)
    if (typeof origin === 'object') {
      this.#fail(origin)
      return
    }
    const { signal } = this.#life
    const events = { connected: this.#connected, report: this.#hear }
    this.#began = performance.now()
    this.frame = createFrame(manual ? undefined : frameUrl(origin))
    const Way = manual ? ManualFrame : FrameChannel
    this.#line = new Way(this.frame, origin, signal, events)
    watchFramePolicy(origin, signal, () => {
      // A policy that came later does not take away the frame that stands.
      if (this.state === 'connecting') this.#fail({ code: 'frame_blocked' })
    })
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
    if (!this.#line?.connected || !this.#resource) return
    this.#sent = performance.now()
    const words = messagesIn(languageOf(this.#host))
    this.#limit('timeout')
    this.#line.send({
      type: 'open',
      resource: this.#resource,
      token: this.#value,
      session_key: sessionKey(this.#value),
      title: this.#host.label ?? words.label,
      ended: words.session_expired,
    })
  }

  #hear = (report: Report): void => {
    const opening = this.state === 'connecting'
    if ('now' in report && report.now) this.#skew = Date.now() - report.now
    switch (report.type) {
      case 'opened':
        performance.measure('biuwer:session', { start: this.#sent })
        this.#limit('timeout')
        this.#count(report)
        break
      case 'ready':
        if (!opening) break
        performance.measure('biuwer:ready', { start: this.#began })
        this.#calm()
        this.#set('ready')
        if (this.expiresAt) this.#plan(0)
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
    const delay = renewalDelay(this.#length, Math.random())
    this.#wait(Math.max(delay - this.#age(), least), () => {
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
    if (this.state === 'ready' && !this.#manual) {
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
    this.#line?.send({ type: 'renew', token: text, session_key })
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
        if (refused && transient(code) && !this.#masked(code)) this.#renew(refused)
        else void this.#ask()
      })
      return
    }
    if (this.#age() < renewalDelay(this.#length)) this.#plan(0)
    this.#host.dispatchEvent(new BiuwerErrorEvent(describe(failure, !!this.#cure(code))))
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
    } else this.#fail(failure)
  }

  #fail(failure: Failure): void {
    const { code, retry_after = RATE_PAUSE, valid_from, now = Date.now() } = failure
    const expired = code === 'session_expired'
    this.#halt(expired ? 'expired' : 'error')
    const error = describe(failure, !!this.#cure(code))
    this.error = error
    if (this.#masked(code)) this.#value = undefined
    if (code === 'rate_limited') this.#again(retry_after * 1000)
    if (valid_from) {
      const left = Math.max(Date.parse(valid_from) - now, 0)
      const age = stopwatch()
      this.startsIn = () => left - age()
      this.#again(left)
    }
    if (transient(code)) addEventListener('online', () => this.reload(), { signal: this.#life.signal })
    // Last: a listener may reload or remove the host.
    this.#host.dispatchEvent(expired ? new BiuwerExpiredEvent() : new BiuwerErrorEvent(error))
  }

  #again(ms: number): void {
    this.#wait(ms + SPREAD * Math.random(), () => this.reload())
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
    this.#line = undefined
    this.frame = null
    this.inWindow = false
    this.startsIn = undefined
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
