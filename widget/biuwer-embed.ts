import { type PropertyDeclarations, type PropertyValues, ReactiveElement } from 'lit'
import type { DiagnosticReport } from './diagnosis/diagnose.ts'
import { loadDiagnosis } from './diagnosis-loader.ts'
import type { EmbedError } from './failures.ts'
import { copyReport } from './panel/copy-report.ts'
import { countdown } from './panel/countdown.ts'
import { type Language, languageOf, messagesIn } from './panel/messages/language.ts'
import { failurePanel, loadingPanel, windowPanel } from './panel/panel.ts'
import { styles } from './panel/panel-styles.ts'
import { type EmbedState, SessionController } from './session/session-controller.ts'
import type { TokenProvider } from './session/token-source.ts'

/**
 * A Biuwer dashboard in the page. The page holds a scoped, expiring embed token; Biuwer's own secret stays
 * with the edge.
 *
 * @element biuwer-embed
 *
 * @attr {string} resource-id - What to show: the shared Collection, Page or Card.
 * @attr {string} token - An embed token value. Read once and taken off; prefer `token-url`.
 * @attr {string} token-url - Where the page's backend gives a fresh value: `{"token": "…"}`.
 * @attr {string} edge - The worker's origin; by default the one that the script was loaded from.
 * @attr {string} instance - Biuwer's manual integration, without a worker: `acme` for `acme.biuwer.com`, and `token`
 * is Biuwer's authentication token. Not together with `edge`.
 * @attr {'eager' | 'lazy'} loading - `lazy` opens when the element comes near the viewport.
 * @attr {string} label - The frame's accessible name; by default localised.
 * @attr {string} lang - The language of the element's own words, else that of the page: `en`, `es`.
 * @attr {'auto' | 'light' | 'dark'} theme - The colours of the element's own panels.
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
 * @csspart panel - What stands over it while connecting, after an error and after the end.
 * @csspart message - The panel's words.
 * @csspart retry - The button that tries again.
 * @csspart open - The button that opens the dashboard in a window of its own, where a frame would not be safe.
 * @csspart report - The button that copies a diagnosis.
 *
 * @cssprop [--biuwer-embed-width=100%] - Of the element.
 * @cssprop [--biuwer-embed-height=600px] - Of the element.
 * @cssprop [--biuwer-embed-radius=0] - Of the element's corners.
 * @cssprop [--biuwer-embed-color=CanvasText] - The panel's text.
 * @cssprop [--biuwer-embed-background=Canvas] - The panel's ground.
 * @cssprop [--biuwer-embed-accent] - The button.
 *
 * @cssstate idle - Something needed is missing, or, if lazy, out of sight.
 * @cssstate connecting - The frame, a value or the session is on its way.
 * @cssstate ready - Biuwer's page is on show.
 * @cssstate error - The panel says why nothing is shown.
 * @cssstate expired - The session has ended and nothing renewed it.
 */
export class BiuwerEmbedElement extends ReactiveElement {
  static override styles = styles

  static override properties: PropertyDeclarations = {
    resourceId: { attribute: 'resource-id' },
    tokenUrl: { attribute: 'token-url' },
    tokenProvider: { attribute: false },
    edge: {},
    instance: {},
    loading: {},
    label: {},
    theme: { reflect: true, useDefault: true },
    // Named here to be observed, and taken over where a page sets it before the tag is defined.
    token: { noAccessor: true },
    lang: { noAccessor: true },
  }

  /** What to show: Biuwer's id of the shared Collection, Page or Card. Required; changing it opens the other one. */
  declare resourceId: string | null
  /**
   * Where the page's backend gives a fresh value: `GET`, answered with `{"token": "…"}`. Tags with the same address
   * share one call.
   */
  declare tokenUrl: string | null
  /**
   * Gives a fresh value: `(reason, signal) => Promise<string>`, with `reason` one of `initial`, `expiring`, `expired`,
   * `spent`, `revoked`. Goes before `tokenUrl`; given up after 30 s; a new function changes nothing until the next need.
   */
  declare tokenProvider: TokenProvider | null
  /** The worker's origin; by default the one that the script came from. */
  declare edge: string | null
  /**
   * Biuwer's manual integration, without an edge: `acme` for `acme.biuwer.com`. `token` is then Biuwer's own
   * authentication token. Not together with `edge`.
   */
  declare instance: string | null
  /** `lazy` opens when the element comes near the viewport. */
  declare loading: 'eager' | 'lazy'
  /** The frame's accessible name; null for the localised default. */
  declare label: string | null
  /** The colours of the element's own panels: `auto` follows the system. */
  declare theme: 'auto' | 'light' | 'dark'

  readonly #session: SessionController
  #frame: HTMLIFrameElement | null = null
  #panel: HTMLElement | undefined
  /** What the panel says, so that it is made anew only for something else to say. */
  #said: unknown[] = []
  #stopCountdown: (() => void) | undefined

  constructor() {
    super()
    this.resourceId = null
    this.tokenUrl = null
    this.tokenProvider = null
    this.edge = null
    this.instance = null
    this.loading = 'eager'
    this.label = null
    this.theme = 'auto'
    // Engines without :state() throw at names that are not dashed.
    const { states } = this.attachInternals()
    this.#session = new SessionController(this, CSS.supports('selector(:state(a))') ? states : new Set())
  }

  /**
   * An embed token value. The attribute is read once and taken off the element, the property reads `null`; the page's
   * source still holds it: prefer `token-url`. Another value while ready renews the session, and Biuwer's page stays.
   */
  get token(): null {
    return null
  }
  set token(value: string | null | undefined) {
    if (value) this.#session.offer(value)
  }

  /** What is going on: nothing yet, opening, a dashboard on show, an error, or the end of the session. */
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
    const { diagnose } = await loadDiagnosis()
    return diagnose(this.#session.subject())
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (name === 'token') {
      this.token = value
      // Calls this again, with null.
      this.removeAttribute(name)
    } else if (name === 'lang') {
      this.requestUpdate()
    } else {
      super.attributeChangedCallback(name, old, value)
    }
  }

  /**
   * A move by `moveBefore` is no reconnection. In Chromium the frame stays as it is; Firefox loads it anew, and its hello
   * opens the resource again.
   */
  connectedMoveCallback(): void {}

  protected override update(changed: PropertyValues): void {
    super.update(changed)
    const { frame, state, error } = this.#session
    const language = languageOf(this)
    const focused = (this.renderRoot as ShadowRoot).activeElement
    if (frame) frame.title = this.label ?? messagesIn(language).label
    // Never anew: inserting a frame again reloads it.
    if (frame !== this.#frame) {
      this.#frame?.remove()
      this.#frame = frame
      if (frame) this.renderRoot.prepend(frame)
    }
    this.#show(state, error, language)
    // Who was inside what went away goes on from what came instead.
    if (focused && !focused.isConnected) (this.#panel ?? frame)?.focus()
  }

  #show(...said: [EmbedState, EmbedError | null, Language]): void {
    if (said.every((word, at) => word === this.#said[at])) return
    this.#said = said
    const [state, error, language] = said
    this.#stopCountdown?.()
    this.#stopCountdown = undefined
    this.#panel?.remove()
    this.#panel = undefined
    if (error)
      this.#panel = failurePanel(error, language, {
        retry: () => this.reload(),
        open: () => this.openInWindow(),
        report: this.#report,
      })
    else if (state === 'connecting') this.#panel = loadingPanel(language)
    else if (this.#session.inWindow) this.#panel = windowPanel(language)
    if (this.#panel) this.renderRoot.append(this.#panel)
    const time = this.#panel?.querySelector('time')
    const { startsIn } = this.#session
    if (time && startsIn) this.#stopCountdown = countdown(time, startsIn, language)
  }

  #report = (button: HTMLButtonElement): void => {
    const report = this.diagnose().then((found) => JSON.stringify(found, null, 2))
    void copyReport(report, button, messagesIn(languageOf(this)))
  }
}
