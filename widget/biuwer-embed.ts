import { type PropertyDeclarations, type PropertyValues, ReactiveElement } from '@lit/reactive-element'
import { allowEdges, allowInstances } from './connection/receivers.ts'
import type { DiagnosisLoader } from './diagnosis/diagnosis.ts'
import type { DiagnosticReport } from './diagnosis/report.ts'
import type { EmbedError } from './failures.ts'
import { copyReport } from './panel/copy-report.ts'
import { countdown } from './panel/countdown.ts'
import type { Messages } from './panel/messages/en.ts'
import { registerMessages, type Words, wordsAt } from './panel/messages/language.ts'
import { failurePanel, loadingPanel, windowPanel } from './panel/panel.ts'
import { adoptStyles } from './panel/styles.ts'
import type { EmbedState } from './session/embed-state.ts'
import type { Session, SessionMaker } from './session/session.ts'
import { SessionController } from './session/session-controller.ts'
import type { TokenProvider } from './session/token-source.ts'
import { textOf } from './text-of.ts'
import { takeTurn } from './turns.ts'

/**
 * A Biuwer dashboard in the page. The page holds a scoped, expiring token; Biuwer's own secret stays with the edge.
 *
 * @element biuwer-embed
 *
 * @attr {string} resource-id
 * @attr {string} token - A token. Read once and taken off the element; prefer `token-url`.
 * @attr {string} lang - The language of the element's own words, else that of the page: `en`, `es`; loaded when needed `fr`, `pt`, `de`, `it`, `ca`; others by `registerMessages`.
 * @attr {'auto' | 'light' | 'dark'} [theme='auto'] - The colours of the element's own panels: `auto` follows the system.
 *
 * @fires {BiuwerReadyEvent} biuwer-ready - The session is open and Biuwer's page navigated.
 * @fires {BiuwerErrorEvent} biuwer-error - Something went wrong, or a renewal was refused.
 * @fires {BiuwerExpiringEvent} biuwer-expiring - The session nears its end; now is the time to renew.
 * @fires {BiuwerExpiredEvent} biuwer-expired - The session has ended and nothing renewed it.
 * @fires {BiuwerRenewedEvent} biuwer-renewed - The session goes on; Biuwer's page was not touched.
 *
 * @slot loading - Shown while connecting.
 * @slot error - Shown when there is no session: after an error, or when it expired.
 *
 * @csspart frame - The iframe.
 * @csspart panel - Covers the frame while connecting, after an error and after the end.
 * @csspart message - The panel's words.
 * @csspart retry - The button that tries again.
 * @csspart open - The button that opens the dashboard in a window of its own, where a frame would not be safe.
 * @csspart report - The button that copies a diagnosis.
 *
 * @cssprop [--biuwer-embed-width=100%] - The element's width.
 * @cssprop [--biuwer-embed-height=600px] - The element's height.
 * @cssprop [--biuwer-embed-radius=0] - The radius of the element's corners.
 * @cssprop [--biuwer-embed-color=CanvasText] - The colour of the panel's text.
 * @cssprop [--biuwer-embed-background=Canvas] - The panel's background.
 * @cssprop [--biuwer-embed-accent] - The colour of the panel's buttons.
 *
 * @cssstate idle - Something needed is missing, or, if lazy, out of sight.
 * @cssstate connecting - The frame, a token or the session is on its way.
 * @cssstate ready - Biuwer's page is on show.
 * @cssstate error - The panel says why nothing is shown.
 * @cssstate expired - The session has ended and nothing renewed it.
 */
export class BiuwerEmbedElement extends ReactiveElement {
  static override properties: PropertyDeclarations = {
    resourceId: { attribute: 'resource-id' },
    tokenUrl: { attribute: 'token-url' },
    tokenCredentials: { attribute: 'token-credentials' },
    tokenProvider: { attribute: false },
    edge: {},
    instance: {},
    loading: {},
    label: {},
    // Listed so that the attribute is observed, and a property set before the tag is defined is taken over.
    token: { noAccessor: true },
    lang: { noAccessor: true },
    theme: { noAccessor: true },
  }

  /**
   * Loads the diagnosis; set by the entry that provides the class.
   * @internal
   */
  declare static loadDiagnosis: DiagnosisLoader

  /**
   * Makes what opens sessions and keeps them open. The package's stand-in for unit tests sets another.
   * @internal
   */
  static makeSession: SessionMaker = (host, states) => new SessionController(host, states)

  /**
   * Lets tags name these edges beside the one that the script came from. With the npm package, where tags may name any, it
   * closes all others.
   */
  static allowEdges(origins: readonly string[]): void {
    allowEdges(origins)
  }

  /**
   * Lets tags in manual integration ask `token-url` or `tokenProvider` for a token for these instances, as `acme`. With the
   * npm package, where they may ask for any, it closes all others.
   */
  static allowInstances(names: readonly string[]): void {
    allowInstances(names)
  }

  /**
   * Gives the tags of the page words in another language, or other words in one that they have: `registerMessages('nl',
   * { loading: 'Dashboard laden…' })`. What is left out, or empty, stays as it is there, else English.
   */
  static registerMessages(language: string, messages: Partial<Messages>): void {
    registerMessages(language, messages)
  }

  /** What to show: Biuwer's id of the shared Collection, Page or Card. Required; changing it opens the other one. */
  declare resourceId: string | null
  /**
   * Address of the page's backend that gives a fresh token: `GET`, answered with `{"token": "…"}`. Tags with the same
   * address share one call.
   */
  declare tokenUrl: string | null
  /** Whether `tokenUrl` gets the page's cookies: `same-origin`, or `include` for a backend of another origin. */
  declare tokenCredentials: 'same-origin' | 'include'
  /**
   * Gives a fresh token: `(reason, signal) => Promise<string>`, with `reason` one of `initial`, `expiring`, `expired`,
   * `spent`, `revoked`. Goes before `tokenUrl`; given up after 30 s; a new function changes nothing until the next need.
   * Rejecting with an error whose `name` is `SignedOutError` says that the visitor is signed out.
   */
  declare tokenProvider: TokenProvider | null
  /**
   * The worker's origin; by default the one that the script came from. A script that came from an edge takes no other
   * unless the page calls `allowEdges`.
   */
  declare edge: string | null
  /**
   * Biuwer's manual integration, without an edge: `acme` for `acme.biuwer.com`. `token` is then Biuwer's own
   * authentication token. Not together with `edge`. A script that came from an edge asks `tokenUrl` or `tokenProvider` for
   * a token only after `allowInstances`.
   */
  declare instance: string | null
  /** `lazy` opens when the element comes near the viewport. */
  declare loading: 'eager' | 'lazy'
  /**
   * The frame's accessible name, followed when it changes. Null or empty: the localised default, with a number from the second
   * such tag of the page on.
   */
  declare label: string | null
  readonly #session: Session
  #frame: HTMLIFrameElement | null = null
  #panel: HTMLElement | undefined
  /** What the panel was made for: it is made anew only when one of the two changes. */
  #panelCause: EmbedError | EmbedState | undefined
  #panelWords: Words | undefined
  #stopCountdown: (() => void) | undefined

  constructor() {
    super()
    this.resourceId = null
    this.tokenUrl = null
    this.tokenCredentials = 'same-origin'
    this.tokenProvider = null
    this.edge = null
    this.instance = null
    this.loading = 'eager'
    this.label = null
    this.#session = BiuwerEmbedElement.makeSession(this, statesOf(this))
  }

  /**
   * A token. The attribute is read once and taken off the element, and the property reads `null`; but the page's source
   * still holds it: prefer `token-url`. Another token while ready renews the session, and Biuwer's page stays.
   */
  get token(): null {
    return null
  }
  set token(token: string | null | undefined) {
    const given = textOf(token)
    if (given) this.#session.offer(given)
  }

  /** The colours of the element's own panels: `auto` follows the system. */
  get theme(): 'auto' | 'light' | 'dark' {
    return (this.getAttribute('theme') as 'light' | 'dark' | null) ?? 'auto'
  }
  set theme(theme: 'auto' | 'light' | 'dark' | null) {
    // The style sheet asks for the attribute.
    if (theme === null) this.removeAttribute('theme')
    else this.setAttribute('theme', theme)
  }

  /** What is going on: nothing yet, opening, a dashboard, an error, or the end of the session. */
  get state(): EmbedState {
    return this.#session.state
  }

  /** When the running session ends unless it is renewed. */
  get expiresAt(): Date | null {
    return this.#session.expiresAt
  }

  /** Why nothing is shown, in the states `error` and `expired`. */
  get error(): EmbedError | null {
    return this.#session.error
  }

  /** Opens the resource anew. */
  reload(): void {
    this.#session.reload()
  }

  /**
   * Opens the resource in a window of its own, from where it comes back into the page when the reader closes that.
   * Call it in a click of the reader's: browsers open no window otherwise. Does nothing without an edge.
   */
  openInWindow(): void {
    this.#session.openInWindow()
  }

  /**
   * Looks for what goes wrong in practice: the page's policy, its size, the clock, the edge, the token. The
   * report holds no secret. Takes up to five seconds; rejects where the diagnosis itself can't be loaded.
   */
  async diagnose(): Promise<DiagnosticReport> {
    const { diagnose, subjectOf } = await BiuwerEmbedElement.loadDiagnosis()
    return diagnose(subjectOf(this, this.#session.facts()))
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (name === 'token') {
      this.token = value
      // Calls this method again, with null.
      this.removeAttribute(name)
    } else if (name === 'lang' || name === 'theme') {
      // Here the attribute is the property: to set that in turn would never end.
      this.requestUpdate()
    } else {
      super.attributeChangedCallback(name, old, value)
    }
  }

  override connectedCallback(): void {
    super.connectedCallback()
    adoptStyles(this.renderRoot as ShadowRoot)
  }

  /**
   * Keeps a move by `moveBefore` from counting as a disconnection. In Chromium the frame stays as it is. Firefox loads it
   * anew, and its hello opens the resource again.
   */
  connectedMoveCallback(): void {
    this.requestUpdate()
  }

  protected override update(changed: PropertyValues): void {
    super.update(changed)
    // Inserting a frame is what takes long.
    if (this.#session.frame && this.#session.frame !== this.#frame) takeTurn(() => this.#show())
    else this.#show()
  }

  /** Shows what is going on now. */
  #show(): void {
    const { frame, state, error } = this.#session
    const words = wordsAt(this)
    const focused = (this.renderRoot as ShadowRoot).activeElement
    if (frame) frame.title = this.#session.name
    // A frame is inserted once: inserting it again would reload it.
    if (frame !== this.#frame) {
      this.#frame?.remove()
      this.#frame = frame
      if (frame) this.renderRoot.prepend(frame)
    }
    this.#showPanel(state, error, words)
    const slot = this.renderRoot.querySelector('slot')
    if (slot) slot.dir = getComputedStyle(this).direction
    // If the focused frame or panel was replaced, the focus moves to its replacement.
    if (focused && !focused.isConnected) (this.#panel ?? frame)?.focus()
  }

  #showPanel(state: EmbedState, error: EmbedError | null, words: Words): void {
    const cause = error ?? state
    if (cause === this.#panelCause && words === this.#panelWords) return
    this.#panelCause = cause
    this.#panelWords = words
    this.#stopCountdown?.()
    this.#panel?.remove()
    this.#panel = error ? this.#failurePanel(error, words) : this.#statusPanel(state, words)
    if (this.#panel) this.renderRoot.append(this.#panel)
  }

  #failurePanel(error: EmbedError, words: Words): HTMLElement {
    const { element, startsAt } = failurePanel(error, words, {
      retry: () => this.reload(),
      open: () => this.openInWindow(),
      report: this.#copyReport,
    })
    const { startsIn } = this.#session
    if (startsAt && startsIn) this.#stopCountdown = countdown(startsAt, startsIn, words.lang)
    return element
  }

  #statusPanel(state: EmbedState, words: Words): HTMLElement | undefined {
    if (state === 'connecting') return loadingPanel(words)
    return this.#session.inWindow ? windowPanel(words) : undefined
  }

  #copyReport = (button: HTMLButtonElement): void => {
    const report = this.diagnose().then((found) => JSON.stringify(found, null, 2))
    void copyReport(report, button, wordsAt(this), BiuwerEmbedElement.loadDiagnosis)
  }
}

/** Gives the set of the element's custom states, or one that nobody sees where there are none. */
function statesOf(element: HTMLElement): Set<string> {
  try {
    const { states } = element.attachInternals()
    states.add('idle')
    return states
  } catch {
    // Engines without :state() refuse names that are not dashed; jsdom and happy-dom have no states.
    return new Set()
  }
}
