import { html, type TemplateResult } from 'lit'
import type { Signer, SignerRequest } from '../../client/api-types.ts'
import { LONGEST_NAME } from '../../worker/policy/bounds.ts'
import { Attempt } from '../attempt.ts'
import { Deed } from '../deed.ts'
import { PageElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { given } from '../given-text.ts'
import { hint, mistakeIn, problem, refuseMistakes } from '../parts/problem.ts'
import type { PublicKeyBox } from '../parts/public-key-box.ts'
import type { SignerScopeFields } from '../parts/signer-scope.ts'
import { href } from '../route.ts'
import { mistakesInScope, NEW_SCOPE, type ScopeDraft, scopeOf } from '../signers/scope-draft.ts'
import '../parts/public-key-box.ts'
import '../parts/sign-snippet.ts'
import '../parts/signer-scope.ts'

export class NewSignerPage extends PageElement {
  static override properties = { made: { state: true }, scope: { state: true } }
  declare made: Signer | undefined
  declare scope: ScopeDraft
  readonly #making = new Deed(this)
  readonly #attempt = new Attempt()
  #name = ''

  constructor() {
    super()
    this.scope = NEW_SCOPE
  }

  protected override render(): TemplateResult {
    const { signers } = this.words
    return html`
      <nav><a href=${href(['signers'])}>${signers.title}</a></nav>
      ${
        this.made
          ? this.#result(this.made)
          : html`<h1 tabindex="-1">${signers.form.title}</h1>${this.#form()}`
      }
    `
  }

  #form(): TemplateResult {
    const { signers } = this.words
    const { error, isBusy } = this.#making
    return html`
      <form class="stack" novalidate autocomplete="off" @submit=${this.#submit}>
        <wa-input
          label=${signers.name}
          required
          autocomplete="off"
          maxlength=${LONGEST_NAME}
          @input=${(event: Event) => {
            this.#name = fieldValue(event).trim()
          }}
        >
          ${hint(signers.form.nameHint, mistakeIn(this.words, error, 'name'))}
        </wa-input>
        <public-key-box class="stack" .error=${error}></public-key-box>
        <signer-scope
          class="stack"
          .draft=${this.scope}
          .error=${error}
          @change=${(event: Event) => {
            this.scope = (event.currentTarget as SignerScopeFields).draft
          }}
        ></signer-scope>
        ${error ? problem(this.words, error) : ''}
        <wa-button type="submit" variant="brand" ?loading=${isBusy}>${signers.form.submit}</wa-button>
      </form>
    `
  }

  #result(signer: Signer): TemplateResult {
    const { made } = this.words.signers
    return html`
      <h1 tabindex="-1">${given(signer.name)}</h1>
      <wa-callout variant="success" role="status">
        <wa-icon slot="icon" name="circle-check"></wa-icon>
        ${made.text} <code class="long">${signer.id}</code>
      </wa-callout>
      <p>
        <a href=${href(['signers', signer.id])}>${made.own}</a> ·
        <a href=${href(['signers'])}>${made.all}</a>
      </p>
      <wa-card><sign-snippet .signer=${signer}></sign-snippet></wa-card>
    `
  }

  #submit = (event: Event): void => {
    event.preventDefault()
    const box = this.querySelector<PublicKeyBox>('public-key-box')
    if (!box) return
    void this.#making.run(async () => {
      const scope = scopeOf(this.scope)
      const errors = [
        ...(this.#name === '' ? [{ path: 'name', message: this.words.signers.form.nameMissing }] : []),
        ...box.mistakes,
        ...mistakesInScope(this.words, scope, this.session.key.users),
      ]
      refuseMistakes(errors)
      const request: SignerRequest = { name: this.#name, keys: { keys: box.keys }, ...scope }
      const idempotencyKey = this.#attempt.keyFor(request)
      this.made = await this.session.ask((edge) => edge.signers.create(request, { idempotencyKey }))
      await this.updateComplete
      this.querySelector<HTMLElement>('h1')?.focus()
    })
  }
}
customElements.define('new-signer-page', NewSignerPage)
