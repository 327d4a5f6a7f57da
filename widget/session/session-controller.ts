import type { ReactiveController } from '@lit/reactive-element'
import { runningTime, stopwatch } from '../clock.ts'
import { frameUrl } from '../connection/frame-element.ts'
import { frameOrigin } from '../connection/frame-origin.ts'
import { isChosen } from '../connection/receivers.ts'
import type { SessionFacts } from '../diagnosis/subject.ts'
import {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from '../events.ts'
import { describe, type EmbedCode, type EmbedError, type Failure, transient } from '../failures.ts'
import type { Report, TermReport } from '../frame-document/protocol.ts'
import { pageSettings } from '../page-settings.ts'
import { watchLanguage, wordsAt } from '../panel/messages/language.ts'
import { textOf } from '../text-of.ts'
import { viewOf } from '../view.ts'
import { type Attempt, type AttemptEvents, beginAttempt } from './attempt.ts'
import type { EmbedState } from './embed-state.ts'
import { forgetName, nameOf } from './frame-name.ts'
import { measure, type OpeningDurations } from './measure.ts'
import { lacking, mistakeIn, warnOfMistake } from './mistake-warning.ts'
import { NearViewport } from './near-viewport.ts'
import { CurrentPhase, type Phase } from './phases.ts'
import { pageShare, retryDelay } from './renewal-timing.ts'
import type { Session } from './session.ts'
import type { SessionHost } from './session-host.ts'
import { sessionKey } from './session-key.ts'
import { beginTerm, type Term } from './term.ts'
import { TokenCustody } from './token-custody.ts'
import type { Answer } from './token-source.ts'

/** Milliseconds that the frame may take to say hello, and then for each answer, while the page runs. */
const LIMIT = 15_000
/** Seconds to wait where the edge limits the rate and doesn't say for how long. */
const RATE_PAUSE = 30
/**
 * A session that lived at least this long, in milliseconds, counts as a success: when it ends, the page may be asked for a
 * token again. One that ends sooner is the same failure repeating.
 */
const SETTLED = 30_000
/** Milliseconds over which pages that wait for the same moment are spread. */
const SPREAD = 1000
/** Milliseconds by which a tag renews early, so that it shares the call for a token with another tag of the page. */
const EARLY = 30_000

/** The controllers of all tags that are in the page. */
const inPage = new Set<SessionController>()

/**
 * Opens the session once the host has what it takes, keeps it open, and undoes everything when the host goes.
 *
 * Who talks to whom: the *element* (`BiuwerEmbedElement`, the host) tells this controller its attributes and renders its
 * state. The controller asks the page for *tokens* (`TokenCustody`) and begins *attempts* (`Attempt`), each with a *frame*,
 * the iframe in the element, and a *connection* to it. The connection carries commands to the document in the frame and
 * reports back. That document alone calls the *edge*, the worker that opens *sessions*, and shows Biuwer's page. What the
 * edge says of a session's time is its `Term`. The *panel* over the frame is the element's, and knows nothing but the
 * error. The *diagnosis* is loaded when asked for, and looks at the element and at the controller's `facts()`.
 */
export class SessionController implements Session, ReactiveController, AttemptEvents {
  error: EmbedError | null = null
  /** Milliseconds until a token that isn't valid yet will be, by the edge's clock. */
  startsIn: (() => number) | undefined

  readonly #host: SessionHost
  readonly #tokens: TokenCustody

  readonly #phase: CurrentPhase
  #attempt: Attempt | undefined
  /** When the opening began, and when the edge was asked for the session, by `performance.now()`. */
  #began = 0
  #openedAt = 0
  #durations: OpeningDurations = {}
  /** The running session's term; undefined before it opens and in manual mode. */
  #term: Term | undefined

  /** Where the newest attempt was begun to open, as `#wanted` had it, and which resource. */
  #begunFor = ''
  #resource = ''
  /** The name that the frame was opened with, or was told since; empty before. */
  #toldName = ''
  readonly #viewport: NearViewport
  /** Aborts when the host leaves the page. */
  #stay = new AbortController()
  /** How often in a row the edge asked to try the opening again later. */
  #failures = 0
  /** Why the newest renewal failed; null where it did not. */
  #renewalError: EmbedError | null = null
  /** Milliseconds by which the device's clock is ahead of the edge's. */
  #skew: number | null = null

  constructor(host: SessionHost, states: Set<string>) {
    this.#host = host
    this.#tokens = new TokenCustody(host, this.#receiveAnswer)
    this.#viewport = new NearViewport(host, this.#update)
    this.#phase = new CurrentPhase(states, this.#update)
    host.addController(this)
  }

  #update = (): void => this.#host.requestUpdate()

  get state(): EmbedState {
    return this.#phase.state
  }

  get expiresAt(): Date | null {
    return this.#term?.expiresAt ?? null
  }

  get frame(): HTMLIFrameElement | null {
    return this.#attempt?.frame ?? null
  }

  /** Whether the edge's document is, or is about to be, in a window of its own instead of the frame. */
  get inWindow(): boolean {
    return this.#attempt?.frame === null
  }

  /** Asks for an update, which comes a microtask later: an element appended, removed and appended again opens once. */
  hostConnected(): void {
    this.#stay = new AbortController()
    const { signal } = this.#stay
    inPage.add(this)
    const update = this.#update
    pageSettings.addEventListener('change', update, { signal })
    document.addEventListener('prerenderingchange', update, { signal })
    watchLanguage(this.#host, signal, update)
    warnOfMistake(this.#host, signal, () => this.#lacking || mistakeIn(this.error))
    update()
  }

  hostDisconnected(): void {
    this.#stay.abort()
    inPage.delete(this)
    this.#viewport.forget()
    forgetName(this.#host)
    this.#restart()
  }

  get name(): string {
    return nameOf(this.#host)
  }

  /** Starts, reopens or stops the session so that it matches the host's attributes. */
  hostUpdate(): void {
    if (this.#toldName && this.#toldName !== this.name) {
      this.#toldName = this.name
      this.#attempt?.connection.send({ type: 'rename', title: this.name })
    }
    const { isConnected, resourceId, loading } = this.#host
    const resource = textOf(resourceId)
    if (this.#phase.name !== 'idle') {
      if (this.#begunFor !== this.#wanted) {
        // Another receiver has no claim to a token that was asked for: the page is asked again.
        this.#tokens.forget()
      } else if (this.#resource === resource) {
        return
      } else if (resource && this.#attempt && !this.#manual) {
        this.#resource = resource
        if (this.#phase.name !== 'connecting frame') this.#openSession()
        return
      }
      this.#restart()
    }
    // A page that is prerendered loads no frame of another site, and nobody may ever see it.
    if (!isConnected || this.#lacking || (document as Document & { prerendering?: boolean }).prerendering)
      return
    if (loading === 'lazy' && !this.#viewport.hasEntered()) return
    this.#viewport.stop()
    this.#begin()
  }

  /** Opens anew, in a new frame. */
  reload(): void {
    this.#tokens.trust()
    this.#restart()
  }

  /** Opens the resource in a window of its own, and in the frame again once the reader has closed that. */
  openInWindow(): void {
    const { edge } = this.facts()
    if (!edge || this.#lacking) return
    const view = viewOf(this.#host.ownerDocument)
    const ownWindow = view.open(frameUrl(edge, view))
    if (!ownWindow) return
    this.#tokens.trust()
    this.#endAttempt()
    this.#begin(ownWindow)
  }

  /** Takes a token from the page. */
  offer(token: string): void {
    if (this.#attempt && token === this.#tokens.current) return
    this.#tokens.trust()
    this.#takeToken(token)
  }

  /** Facts for the diagnosis that the element's attributes don't tell. */
  facts(): SessionFacts {
    const { state, frame, error } = this
    const origin = this.#origin
    return {
      state,
      error: error ?? this.#renewalError,
      frame,
      connected: !!this.#attempt && this.#phase.name !== 'connecting frame',
      edge: this.#manual || typeof origin === 'object' ? undefined : origin,
      token: this.#tokens.current,
      skew: this.#skew,
    }
  }

  get #manual(): boolean {
    return typeof this.#host.instance === 'string'
  }

  get #origin(): string | Failure {
    return frameOrigin(this.#host.edge, this.#host.instance, this.#tokens.current)
  }

  /** Where the host's attributes ask to open. Two spellings of one origin are alike. */
  get #wanted(): string {
    return JSON.stringify([this.#manual, this.#origin])
  }

  /** What the page has not set, without which nothing opens. */
  get #lacking(): string {
    return lacking(this.#host, this.#tokens.current)
  }

  /**
   * Makes the frame, or uses the window in its place. Asks for a token meanwhile where a script of the page chose who gets
   * it: markup that came into the page without one has no `edge` but as an attribute. Else the frame says hello first.
   */
  #begin(ownWindow?: Window): void {
    this.#begunFor = this.#wanted
    this.#resource = textOf(this.#host.resourceId)
    const origin = this.#origin
    if (typeof origin === 'object') {
      this.#fail(origin)
      return
    }
    this.#beginOpening()
    this.#attempt = beginAttempt(this.#host.ownerDocument, origin, this.#manual, this, ownWindow)
    this.#enterOrFail('connecting frame', 'frame_unreachable')
    if (!this.#tokens.current && (isChosen(origin) || !this.#host.hasAttribute('edge')))
      void this.#tokens.ask()
  }

  #beginOpening(): void {
    this.#began = performance.now()
    this.#durations = {}
  }

  /** Runs when the frame said hello. */
  connected(): void {
    measure(this.#durations, 'frame', this.#began)
    this.#openSession()
  }

  /** Runs when the page's own policy kept the frame out. A policy that came later does not take away a frame. */
  blocked(): void {
    if (this.state === 'connecting') this.#fail({ code: 'frame_blocked' })
  }

  /** Opens the resource in the frame that has said hello, as soon as there is a token. */
  #openSession(): void {
    if (this.state !== 'connecting') this.#beginOpening()
    this.#term = undefined
    const token = this.#tokens.toOpenWith()
    if (!token) {
      this.#phase.enter('connecting token')
      void this.#tokens.ask()
      return
    }
    this.#enterOrFail('connecting open', 'timeout')
    this.#openedAt = performance.now()
    this.#toldName = this.name
    this.#attempt?.connection.send({
      type: 'open',
      resource: this.#resource,
      token,
      session_key: sessionKey(token),
      title: this.#toldName,
      ended: wordsAt(this.#host).session_expired,
    })
  }

  report(report: Report): void {
    const opening = this.state === 'connecting'
    if ('now' in report && report.now) this.#skew = Date.now() - report.now
    switch (report.type) {
      case 'opened':
        measure(this.#durations, 'session', this.#openedAt)
        this.#beginTerm(report)
        this.#enterOrFail('connecting page', 'timeout')
        break
      case 'ready':
        if (!opening) break
        this.#failures = 0
        measure(this.#durations, 'ready', this.#began)
        this.#planRenewal(0)
        this.#host.dispatchEvent(new BiuwerReadyEvent(this.expiresAt, this.#durations))
        break
      case 'renewed':
        this.#tokens.trust()
        this.#beginTerm(report)
        // If the renewal did not lengthen the session, it is due again at once: without this pause renewals would loop.
        this.#planRenewal(retryDelay(report.left))
        this.#host.dispatchEvent(new BiuwerRenewedEvent(new Date(report.expires_at)))
        break
      case 'refused':
        if (opening) this.#openOrFail(report)
        else if (this.#tokens.renewing) this.#retryRenewal(report)
        break
      case 'ended':
        if (this.#term && this.#term.age() > SETTLED) this.#tokens.trust()
        // A newer token is on its way, or the frame lost contact, as in a computer's sleep: what is there may still open.
        if (this.#tokens.renewing || report.code === 'unavailable') this.#openSession()
        else this.#openOrFail(report)
    }
  }

  #beginTerm(report: TermReport): void {
    this.#renewalError = null
    this.#term = beginTerm(report)
    this.#tokens.confirm()
  }

  /** Plans the renewal for its time, `least` milliseconds away. Without a term, as in manual mode, there is none. */
  #planRenewal(least: number): void {
    const due = this.#term?.renewIn(pageShare())
    if (due === undefined) this.#phase.enter('ready final')
    else this.#phase.enter('ready planned', Math.max(due, least), this.#beginRenewal)
  }

  /** Asks for a token to renew with, and has the tags that will soon ask the same source take part in that call. */
  #beginRenewal = (): void => {
    const key = this.#tokens.source?.key
    this.#askForRenewal()
    if (!key) return
    for (const other of inPage) {
      const { name } = other.#phase
      const isNear = /planned|retrying/.test(name) && Number(other.#term?.renewIn()) < EARLY
      if (isNear && other.#tokens.source?.key === key) other.#askForRenewal()
    }
  }

  #askForRenewal(): void {
    const isFirst = this.#phase.name === 'ready planned'
    this.#phase.enter('ready asking')
    void this.#tokens.ask(isFirst ? 'expiring' : undefined)
    if (isFirst && this.expiresAt) this.#host.dispatchEvent(new BiuwerExpiringEvent(this.expiresAt))
  }

  #receiveAnswer = (answer: Answer): void => {
    if (typeof answer === 'string') this.#takeToken(answer)
    else if (this.state === 'ready') this.#retryRenewal(answer)
    else this.#fail(answer)
  }

  #takeToken(token: string): void {
    if (this.state === 'ready' && !this.#manual) {
      this.#renew(token)
      return
    }
    this.#tokens.accept(token)
    if (this.state !== 'connecting') this.#restart()
    else if (this.#phase.name !== 'connecting frame') this.#openSession()
  }

  #renew(token: string): void {
    this.#phase.enter('ready renewing', LIMIT, () => this.#retryRenewal({ code: 'timeout' }), runningTime())
    const session_key = this.#tokens.beginRenewal(token)
    this.#attempt?.connection.send({ type: 'renew', token, session_key })
  }

  /** Plans another try to renew, where one may help. The session runs on in any case. The page is told, but not again of a try. */
  #retryRenewal(failure: Failure): void {
    const { code, retry_after = 0 } = failure
    const failed = this.#tokens.giveBack()
    const mayHelp = transient(code) || !!this.#tokens.cure(code)
    const told = mayHelp && this.#renewalError?.retryable
    const error = describe(failure, mayHelp)
    this.#renewalError = error
    if (mayHelp) {
      const pause = Math.max(this.#term?.retryIn() ?? 0, retry_after * 1000)
      // `rate_limited` replaces the edge's real answer: the token may be at fault, so a new one is asked for.
      if (failed && transient(code) && !(code === 'rate_limited' && this.#tokens.source))
        this.#phase.enter('ready repeating', pause, () => this.#renew(failed))
      else this.#phase.enter('ready retrying', pause, this.#beginRenewal)
    } else if (code !== 'signed_out' && this.#term && this.#term.renewIn() > 0) this.#planRenewal(0)
    else this.#phase.enter('ready final')
    // Last: a listener may reload or remove the host.
    if (!told) this.#host.dispatchEvent(new BiuwerErrorEvent(error))
  }

  /** Opens with another token where that can mend the failure, but not twice in a row. Else there is no session. */
  #openOrFail(failure: Failure): void {
    if (this.#tokens.replace(failure.code)) this.#openSession()
    else this.#fail(failure)
  }

  #fail(failure: Failure): void {
    const { code, valid_from, now = Date.now() } = failure
    const { retry_after = code === 'rate_limited' ? RATE_PAUSE : 0 } = failure
    const expired = code === 'session_expired'
    const error = describe(failure, !!this.#tokens.cure(code))
    this.#endAttempt()
    this.#phase.enter(expired ? 'expired' : 'error')
    this.error = error
    // The code replaces the edge's real answer: the token may be at fault, so the next try asks for a new one.
    if (code === 'rate_limited') this.#tokens.forget()
    if (retry_after) this.#reloadAfter(1000 * Math.max(retry_after, Math.min(2 ** this.#failures++, 60)))
    if (valid_from) {
      const left = Math.max(Date.parse(valid_from) - now, 0)
      const age = stopwatch()
      this.startsIn = () => left - age()
      this.#reloadAfter(left)
    }
    if (transient(code)) addEventListener('online', () => this.reload(), { signal: this.#phase.signal })
    // Last: a listener may reload or remove the host.
    this.#host.dispatchEvent(expired ? new BiuwerExpiredEvent() : new BiuwerErrorEvent(error))
  }

  #reloadAfter(ms: number): void {
    this.#phase.enter('error waiting', ms + SPREAD * pageShare(), () => this.reload())
  }

  /** Stops. The update that follows begins anew where the host still asks for it. */
  #restart(): void {
    this.#endAttempt()
    this.#phase.enter('idle')
  }

  /** Undoes all that `#begin` and what follows from it began. */
  #endAttempt(): void {
    this.#tokens.stopAsking()
    this.#attempt?.end()
    this.#attempt = undefined
    this.#toldName = ''
    this.#term = undefined
    this.startsIn = undefined
    this.#renewalError = null
    this.error = null
  }

  /** Enters a phase of the opening, which fails with `code` when it has taken too long. */
  #enterOrFail(phase: Phase, code: EmbedCode): void {
    this.#phase.enter(phase, LIMIT, () => this.#fail({ code }), runningTime())
  }
}
