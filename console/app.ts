import { ContextProvider } from '@lit/context'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { cache } from 'lit/directives/cache.js'
import { keyed } from 'lit/directives/keyed.js'
import { entranceContext, routeContext, sessionContext, wordsContext } from './contexts.ts'
import { Entrance } from './entrance.ts'
import { fieldValue } from './field-values.ts'
import { isLanguage, LANGUAGES, type Language, preferLanguage, preferredLanguage } from './language.ts'
import type { Words } from './messages/words.ts'
import { pageAt, pagesInNavigation } from './pages.ts'
import { signedInWith } from './parts/key-in-words.ts'
import { pageNotForKey } from './parts/page-not-for-key.ts'
import { href, type Route, routeOf } from './route.ts'
import type { Session } from './session.ts'
import './parts/idle-notice.ts'
import './parts/sign-in.ts'

/**
 * The console: who is signed in, which page the address asks for, and in which language. Its parts take all three
 * from here as contexts. What the page of a session holds is on no page but its own: it is put aside while the key is
 * refused, and dropped with the session.
 */
export class BiuwerConsole extends LitElement {
  static override properties = {
    route: { state: true },
    language: { state: true },
    isResumed: { state: true },
  }
  declare route: Route
  declare language: Language
  /** Whether it is known if the tab's session storage held a key. */
  declare isResumed: boolean
  readonly #entrance = new Entrance()
  readonly #givenWords: ContextProvider<typeof wordsContext>
  readonly #givenRoute: ContextProvider<typeof routeContext>
  readonly #givenSession: ContextProvider<typeof sessionContext>
  /** The session whose page is shown, or is put aside until its key is taken again. */
  #session: Session | undefined
  /** The address of the page that is put aside: it may say what somebody looked for. */
  #addressAside: string | undefined
  #wasSignedIn = false

  constructor() {
    super()
    this.route = routeOf(location.hash)
    this.language = preferredLanguage()
    this.isResumed = false
    new ContextProvider(this, { context: entranceContext, initialValue: this.#entrance })
    this.#givenSession = new ContextProvider(this, { context: sessionContext })
    this.#givenWords = new ContextProvider(this, { context: wordsContext, initialValue: this.#words })
    this.#givenRoute = new ContextProvider(this, { context: routeContext, initialValue: this.route })
  }

  get #words(): Words {
    return LANGUAGES[this.language]
  }

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('hashchange', this.#readRoute)
    this.#entrance.addEventListener('change', this.#followEntrance)
    void this.#entrance.resume().finally(() => {
      this.isResumed = true
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('hashchange', this.#readRoute)
    this.#entrance.removeEventListener('change', this.#followEntrance)
  }

  #readRoute = (): void => {
    this.route = routeOf(location.hash)
  }

  #followEntrance = (): void => {
    const { session, absence } = this.#entrance
    const former = this.#session
    if (session === former) {
      if (session) this.#moveAddress(session)
    } else {
      this.#addressAside = undefined
      // A page that the browser keeps for its way back keeps its address, as it does when it is loaded again.
      if (former && absence !== 'new') this.#forgetAddress()
      if (session) this.#givenSession.setValue(session)
    }
    this.#session = session
    this.requestUpdate()
  }

  /** Takes the address off the window while its page is put aside, and puts it back with the page. */
  #moveAddress({ isRefused }: Session): void {
    if (isRefused) {
      this.#addressAside ??= location.hash
      history.replaceState(null, '', href([]))
    } else if (this.#addressAside !== undefined) {
      // Whoever went to another address meanwhile stays there.
      if (location.hash === href([])) history.replaceState(null, '', this.#addressAside || href([]))
      this.#addressAside = undefined
    }
  }

  /** Begins anew at the overview: the address that somebody left may say what they looked for. */
  #forgetAddress(): void {
    history.replaceState(null, '', href([]))
    this.#readRoute()
  }

  protected override willUpdate(): void {
    // The parts write times and numbers in the document's language, so it is set before they get the new texts.
    document.documentElement.lang = this.language
    this.#givenWords.setValue(this.#words)
    this.#givenRoute.setValue(this.route)
  }

  protected override updated(changed: PropertyValues): void {
    const before: Route | undefined = changed.get('route')
    document.title = `${this.#pageName()} · ${this.#words.title}`
    // Moving the focus tells a screen reader of another page. Another part of the same list is no other page.
    const isElsewhere = before !== undefined && before.path.join('/') !== this.route.path.join('/')
    if (isElsewhere || this.#isSignedIn !== this.#wasSignedIn) void this.#focusHeading()
    this.#wasSignedIn = this.#isSignedIn
  }

  async #focusHeading(): Promise<void> {
    const page = this.querySelector('main > div > *')
    if (page instanceof LitElement) await page.updateComplete
    scrollTo(0, 0)
    this.querySelector<HTMLElement>('main h1')?.focus()
  }

  protected override render(): TemplateResult {
    const words = this.#words
    const isSignedIn = this.#isSignedIn
    return html`
      <a class="skip" href="#content" @click=${this.#focusContent}>${words.skip}</a>
      <header class="top">
        <a class="brand" href=${href([])}>biuwer-embed</a>
        ${isSignedIn ? this.#navigation() : nothing}
        <span class="row end">
          <select class="language" aria-label=${words.language} @change=${this.#chooseLanguage}>
            ${Object.entries(LANGUAGES).map(
              ([code, { name }]) =>
                html`<option value=${code} lang=${code} ?selected=${code === this.language}>${name}</option>`,
            )}
          </select>
          ${
            isSignedIn
              ? html`<wa-button size="s" appearance="outlined" @click=${() => this.#entrance.signOut()}>
                  <wa-icon slot="start" name="log-out"></wa-icon>${words.nav.signOut}
                </wa-button>`
              : nothing
          }
        </span>
        ${isSignedIn && this.#session ? signedInWith(words, this.#session.key) : nothing}
      </header>
      <main id="content" tabindex="-1">${this.#content(isSignedIn)}</main>
      <idle-notice .open=${this.#entrance.isClosing}></idle-notice>
    `
  }

  get #isSignedIn(): boolean {
    return this.#session !== undefined && !this.#session.isRefused
  }

  /** The session's page, which leaves the document while its key is refused, and comes back as it was. */
  #content(isSignedIn: boolean): unknown {
    if (!this.isResumed) return nothing
    return keyed(
      this.#session,
      html`${cache(isSignedIn ? html`<div>${this.#page()}</div>` : nothing)}${isSignedIn ? nothing : this.#signIn()}`,
    )
  }

  #signIn(): TemplateResult {
    return html`
      <div class="narrow">
        <h1 tabindex="-1">${this.#words.signIn.title}</h1>
        <sign-in></sign-in>
      </div>
    `
  }

  #navigation(): TemplateResult {
    const { nav } = this.#words
    const here = pageAt(this.route)?.section
    return html`
      <nav class="sections" aria-label=${nav.label}>
        ${pagesInNavigation().map(
          ({ path, section }) =>
            html`<a href=${href(path)} aria-current=${section === here ? 'page' : nothing}>${nav[section]}</a>`,
        )}
        <a href="/docs" target="_blank" rel="noopener">${nav.documentation}<wa-icon name="external-link"></wa-icon></a>
      </nav>
    `
  }

  #page(): TemplateResult {
    const session = this.#session
    const { notFound } = this.#words
    const page = pageAt(this.route)
    if (!page) return html`<h1 tabindex="-1">${notFound.title}</h1><p>${notFound.text}</p>`
    const { need, name, show } = page
    if (need && session && !session.may(need))
      return pageNotForKey(this.#words, name(this.#words, this.route), need, session.key)
    return show(this.route)
  }

  /** What the window's title calls the page. */
  #pageName(): string {
    const words = this.#words
    if (!this.#isSignedIn) return words.signIn.title
    return pageAt(this.route)?.name(words, this.route) ?? words.notFound.title
  }

  #focusContent = (event: Event): void => {
    // The link must not change the fragment, which is the console's address.
    event.preventDefault()
    this.querySelector<HTMLElement>('main')?.focus()
  }

  #chooseLanguage = (event: Event): void => {
    const language = fieldValue(event)
    if (!isLanguage(language)) return
    preferLanguage(language)
    this.language = language
  }
}
customElements.define('biuwer-console', BiuwerConsole)
