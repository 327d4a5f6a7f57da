import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { typed } from './field-values.ts'
import { isLanguage, LANGUAGES, type Language, preferLanguage, preferredLanguage } from './language.ts'
import { href, type Route, routeOf } from './route.ts'
import { Session } from './session.ts'
import './pages/audit.ts'
import './pages/explain.ts'
import './pages/import.ts'
import './pages/new-token.ts'
import './pages/overview.ts'
import './pages/token.ts'
import './pages/tokens.ts'
import './pages/users.ts'
import './parts/sign-in.ts'

/** The console: who is signed in, where it is, and in which language. */
export class BiuwerConsole extends LitElement {
  static override properties = {
    route: { state: true },
    language: { state: true },
    resumed: { state: true },
  }
  declare route: Route
  declare language: Language
  /** Whether it is known if the tab's session kept a key. */
  declare resumed: boolean
  readonly #session = new Session()
  /** Whether there is work on the page that a new sign-in goes on with. */
  #begun = false

  constructor() {
    super()
    this.route = routeOf(location.hash)
    this.language = preferredLanguage()
    this.resumed = false
  }

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('hashchange', this.#move)
    this.#session.addEventListener('change', this.#sessionChanged)
    void this.#session.resume().finally(() => {
      this.resumed = true
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('hashchange', this.#move)
    this.#session.removeEventListener('change', this.#sessionChanged)
  }

  #move = (): void => {
    this.route = routeOf(location.hash)
  }

  #sessionChanged = (): void => {
    if (this.#session.deployment && !this.#begun) {
      this.#begun = true
      void this.updateComplete.then(() => this.#arrive())
    }
    if (this.#session.absence === 'ended' && !this.#session.deployment) this.#begun = false
    this.requestUpdate()
  }

  protected override willUpdate(): void {
    document.documentElement.lang = this.language
  }

  protected override updated(changed: PropertyValues): void {
    const before: Route | undefined = changed.get('route')
    document.title = `${this.#name()} · ${LANGUAGES[this.language].title}`
    // Another page, not another page of a list: whoever can't see it is told where they are.
    if (before && before.path.join('/') !== this.route.path.join('/')) void this.#arrive()
  }

  async #arrive(): Promise<void> {
    const page = this.querySelector('main > *')
    if (page instanceof LitElement) await page.updateComplete
    scrollTo(0, 0)
    this.querySelector<HTMLElement>('main h1')?.focus()
  }

  protected override render(): TemplateResult {
    const words = LANGUAGES[this.language]
    const isSignedIn = this.#session.deployment !== undefined
    return html`
      <a class="skip" href="#content" @click=${this.#skip}>${words.skip}</a>
      <header class="top">
        <a class="brand" href=${href([])}>biuwer-embed</a>
        ${isSignedIn || this.#begun ? this.#navigation() : nothing}
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
    const words = LANGUAGES[this.language]
    if (!this.resumed) return nothing
    if (!this.#begun)
      return html`
        <div class="narrow">
          <h1 tabindex="-1">${words.signIn.title}</h1>
          <sign-in .session=${this.#session} .words=${words}></sign-in>
        </div>
      `
    return html`
      ${this.#page()}
      ${
        isSignedIn
          ? nothing
          : html`<wa-dialog class="gate" label=${words.signIn.title} open @wa-hide=${(event: Event) => event.preventDefault()}>
              <sign-in .session=${this.#session} .words=${words}></sign-in>
            </wa-dialog>`
      }
    `
  }

  #navigation(): TemplateResult {
    const { nav } = LANGUAGES[this.language]
    const [here = ''] = this.route.path
    const section = { 'new-token': 'tokens', import: 'users' }[here] ?? here
    const link = (name: string, path: string[], text: string) =>
      html`<a href=${href(path)} aria-current=${section === name ? 'page' : nothing}>${text}</a>`
    return html`
      <nav class="sections" aria-label=${nav.label}>
        ${link('', [], nav.overview)} ${link('tokens', ['tokens'], nav.tokens)} ${link('users', ['users'], nav.users)}
        ${link('explain', ['explain'], nav.explain)} ${link('audit', ['audit'], nav.audit)}
        <a href="/docs" target="_blank" rel="noopener">${nav.documentation}<wa-icon name="external-link"></wa-icon></a>
      </nav>
    `
  }

  #page(): TemplateResult {
    const session = this.#session
    const words = LANGUAGES[this.language]
    const { route } = this
    switch (route.path.length === 2 && route.path[0] === 'tokens' ? 'token' : route.path.join('/')) {
      case '':
        return html`<overview-page .session=${session} .words=${words} .route=${route}></overview-page>`
      case 'tokens':
        return html`<tokens-page .session=${session} .words=${words} .route=${route}></tokens-page>`
      case 'token':
        return html`<token-page .session=${session} .words=${words} .route=${route}></token-page>`
      case 'new-token':
        return html`<new-token-page .session=${session} .words=${words} .route=${route}></new-token-page>`
      case 'users':
        return html`<users-page .session=${session} .words=${words} .route=${route}></users-page>`
      case 'import':
        return html`<import-page .session=${session} .words=${words} .route=${route}></import-page>`
      case 'explain':
        return html`<explain-page .session=${session} .words=${words} .route=${route}></explain-page>`
      case 'audit':
        return html`<audit-page .session=${session} .words=${words} .route=${route}></audit-page>`
      default:
        return html`<h1 tabindex="-1">${words.notFound.title}</h1><p>${words.notFound.text}</p>`
    }
  }

  #name(): string {
    const { nav, signIn, form, token, import: importing, notFound } = LANGUAGES[this.language]
    if (!this.#begun) return signIn.title
    const [section = '', id] = this.route.path
    if (section === 'tokens' && id) return `${token.id} ${id}`
    const names: Record<string, string> = {
      '': nav.overview,
      tokens: nav.tokens,
      users: nav.users,
      explain: nav.explain,
      audit: nav.audit,
      'new-token': form.title,
      import: importing.title,
    }
    return names[section] ?? notFound.title
  }

  #skip = (event: Event): void => {
    // The fragment says where the console is.
    event.preventDefault()
    this.querySelector<HTMLElement>('main')?.focus()
  }

  #chooseLanguage = (event: Event): void => {
    const language = typed(event)
    if (!isLanguage(language)) return
    preferLanguage(language)
    this.language = language
  }
}
customElements.define('biuwer-console', BiuwerConsole)
