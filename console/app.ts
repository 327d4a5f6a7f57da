import { ContextProvider } from '@lit/context'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { routeContext, sessionContext, wordsContext } from './contexts.ts'
import { fieldValue } from './field-values.ts'
import { isLanguage, LANGUAGES, type Language, preferLanguage, preferredLanguage } from './language.ts'
import type { Words } from './messages/words.ts'
import { pageAt, pagesInNavigation } from './pages.ts'
import { href, type Route, routeOf } from './route.ts'
import { Session } from './session.ts'
import './parts/sign-in.ts'

/**
 * The console: who is signed in, which page the address asks for, and in which language. Its parts take all three
 * from here as contexts.
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
  readonly #session = new Session()
  readonly #givenWords: ContextProvider<typeof wordsContext>
  readonly #givenRoute: ContextProvider<typeof routeContext>
  /** Whether somebody signed in and there may be work on the page, which goes on after another sign-in. */
  #hasBegun = false

  constructor() {
    super()
    this.route = routeOf(location.hash)
    this.language = preferredLanguage()
    this.isResumed = false
    new ContextProvider(this, { context: sessionContext, initialValue: this.#session })
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
    this.#session.addEventListener('change', this.#followSession)
    void this.#session.resume().finally(() => {
      this.isResumed = true
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('hashchange', this.#readRoute)
    this.#session.removeEventListener('change', this.#followSession)
  }

  #readRoute = (): void => {
    this.route = routeOf(location.hash)
  }

  #followSession = (): void => {
    if (this.#session.deployment && !this.#hasBegun) {
      this.#hasBegun = true
      void this.updateComplete.then(() => this.#focusHeading())
    }
    if (this.#session.absence === 'ended' && !this.#session.deployment) this.#hasBegun = false
    this.requestUpdate()
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
    if (before && before.path.join('/') !== this.route.path.join('/')) void this.#focusHeading()
  }

  async #focusHeading(): Promise<void> {
    const page = this.querySelector('main > *')
    if (page instanceof LitElement) await page.updateComplete
    scrollTo(0, 0)
    this.querySelector<HTMLElement>('main h1')?.focus()
  }

  protected override render(): TemplateResult {
    const words = this.#words
    const isSignedIn = this.#session.deployment !== undefined
    return html`
      <a class="skip" href="#content" @click=${this.#focusContent}>${words.skip}</a>
      <header class="top">
        <a class="brand" href=${href([])}>biuwer-embed</a>
        ${isSignedIn || this.#hasBegun ? this.#navigation() : nothing}
        <span class="row end">
          <select class="language" aria-label=${words.language} @change=${this.#chooseLanguage}>
            ${Object.entries(LANGUAGES).map(
              ([code, { name }]) =>
                html`<option value=${code} lang=${code} ?selected=${code === this.language}>${name}</option>`,
            )}
          </select>
          ${
            isSignedIn
              ? html`<wa-button size="s" appearance="outlined" @click=${() => this.#session.signOut()}>
                  <wa-icon slot="start" name="log-out"></wa-icon>${words.nav.signOut}
                </wa-button>`
              : nothing
          }
        </span>
      </header>
      <main id="content" tabindex="-1">${this.#content(isSignedIn)}</main>
    `
  }

  #content(isSignedIn: boolean): TemplateResult | typeof nothing {
    const { signIn } = this.#words
    if (!this.isResumed) return nothing
    if (!this.#hasBegun)
      return html`
        <div class="narrow">
          <h1 tabindex="-1">${signIn.title}</h1>
          <sign-in></sign-in>
        </div>
      `
    return html`
      ${this.#page()}
      ${
        isSignedIn
          ? nothing
          : html`<wa-dialog class="gate" label=${signIn.title} open @wa-hide=${(event: Event) => event.preventDefault()}>
              <sign-in></sign-in>
            </wa-dialog>`
      }
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
    const { notFound } = this.#words
    return pageAt(this.route)?.show() ?? html`<h1 tabindex="-1">${notFound.title}</h1><p>${notFound.text}</p>`
  }

  /** What the window's title calls the page. */
  #pageName(): string {
    const words = this.#words
    if (!this.#hasBegun) return words.signIn.title
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
