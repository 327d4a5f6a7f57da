import { html, nothing, type TemplateResult } from 'lit'
import type { ChangedSigner, Signer, SignerUpdateRequest } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { LONGEST_NAME } from '../../worker/policy/bounds.ts'
import { Deed } from '../deed.ts'
import { fieldValue } from '../field-values.ts'
import { given, isolated } from '../given-text.ts'
import { draftOf, mistakesInScope, type ScopeDraft, scopeOf } from '../signers/scope-draft.ts'
import { scopeInWords } from '../signers/scope-in-words.ts'
import { DialogElement } from './dialog-element.ts'
import { hint, mistakeIn, problem, refuseMistakes } from './problem.ts'
import type { SignerScopeFields } from './signer-scope.ts'
import './signer-scope.ts'

/**
 * A dialog that changes a signer's name and scope. The request names only what the person changed, and the version that they
 * saw: if somebody else changed the signer meanwhile, the person sees how before anything is saved. Fires `saved` and `close`.
 */
export class EditSigner extends DialogElement {
  static override properties = {
    signer: { attribute: false },
    name: { state: true },
    scope: { state: true },
    theirs: { state: true },
  }
  /** The signer to change. */
  declare signer: Signer
  declare name: string
  declare scope: ScopeDraft
  /** The signer as somebody else changed it since the dialog opened. */
  declare theirs: Signer | undefined
  readonly #saving = new Deed(this)
  /** What the fields are compared with. It stays, though the page around may load the signer again. */
  #base: Signer | undefined
  #shownError: EdgeError | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    if (!this.#base) this.#startFrom(this.signer)
  }

  #startFrom(signer: Signer): void {
    this.#base = signer
    this.theirs = undefined
    this.name = signer.name
    this.scope = draftOf(signer)
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    super.updated(changed)
    // The button to save is at the end of the form, and what went wrong stands at its beginning.
    const { error } = this.#saving
    if ((changed.has('theirs') && this.theirs) || error !== this.#shownError)
      this.querySelector('wa-callout[role=alert]')?.scrollIntoView({ block: 'center' })
    this.#shownError = error
  }

  protected override render(): TemplateResult {
    const { signers } = this.words
    const { error, isBusy } = this.#saving
    return html`
      <wa-dialog label=${signers.edit.title(isolated(this.signer.name))} open @wa-after-hide=${this.afterHide}>
        <form class="stack" novalidate @submit=${this.#save}>
          <p>${signers.edit.text}</p>
          ${this.theirs ? this.#conflict(this.theirs) : nothing}
          ${error ? problem(this.words, error) : nothing}
          <wa-input
            label=${signers.name}
            required
            autocomplete="off"
            maxlength=${LONGEST_NAME}
            .value=${this.name}
            @input=${(event: Event) => {
              this.name = fieldValue(event)
            }}
          >
            ${hint(signers.form.nameHint, mistakeIn(this.words, error, 'name'))}
          </wa-input>
          <signer-scope
            class="stack"
            .draft=${this.scope}
            .error=${error}
            @change=${(event: Event) => {
              this.scope = (event.currentTarget as SignerScopeFields).draft
            }}
          ></signer-scope>
        </form>
        <wa-button slot="footer" appearance="outlined" ?disabled=${isBusy} @click=${this.hide}>${this.words.cancel}</wa-button>
        <wa-button slot="footer" variant="brand" ?loading=${isBusy} @click=${this.#save}>
          ${this.theirs ? signers.edit.keepMine : this.words.save}
        </wa-button>
      </wa-dialog>
    `
  }

  #conflict(theirs: Signer): TemplateResult {
    const { edit, keys, statuses } = this.words.signers
    return html`
      <wa-callout variant="warning" role="alert">
        <wa-icon slot="icon" name="triangle-alert"></wa-icon>
        <p>${edit.conflict}</p>
        <ul>
          <li>${given(theirs.name)}: ${statuses[theirs.status]}</li>
          ${scopeInWords(this.words, theirs).map((sentence) => html`<li>${sentence}</li>`)}
          <li>${keys.title}: ${theirs.keys.keys.map(({ kid }) => kid).join(', ')}</li>
        </ul>
        <wa-button size="s" appearance="outlined" @click=${() => this.#startFrom(theirs)}>${edit.takeTheirs}</wa-button>
      </wa-callout>
    `
  }

  /** What the person changed, and nothing else. */
  #changes(base: Signer): SignerUpdateRequest {
    const name = this.name.trim()
    const before = scopeOf(draftOf(base))
    const scope = scopeOf(this.scope)
    const differs = (field: keyof typeof scope) =>
      JSON.stringify(scope[field]) !== JSON.stringify(before[field])
    return {
      ...(name !== base.name && { name }),
      ...(differs('users') && { users: scope.users }),
      ...(differs('resources') && { resources: scope.resources }),
      ...(differs('origins') && { origins: scope.origins }),
      ...(differs('max_ttl') && { max_ttl: scope.max_ttl }),
      ...(differs('single_use') && { single_use: scope.single_use }),
    }
  }

  #save = (event: Event): void => {
    event.preventDefault()
    const base = this.#base
    if (!base) return
    const changes = this.#changes(base)
    if (Object.keys(changes).length === 0) {
      this.hide()
      return
    }
    const ifVersion = this.theirs?.version ?? base.version
    void this.#saving.run(async () => {
      const errors = [
        ...(changes.name === '' ? [{ path: 'name', message: this.words.signers.form.nameMissing }] : []),
        ...mistakesInScope(this.words, scopeOf(this.scope), this.session.key.users),
      ]
      refuseMistakes(errors)
      try {
        const changed = await this.session.ask((edge) => edge.signers.update(base.id, changes, { ifVersion }))
        this.dispatchEvent(new CustomEvent<ChangedSigner>('saved', { detail: changed }))
        this.hide()
      } catch (error) {
        if (!(error instanceof EdgeError && error.code === 'precondition_failed')) throw error
        this.theirs = await this.session.ask((edge) => edge.signers.get(base.id))
      }
    })
  }
}
customElements.define('edit-signer', EditSigner)
