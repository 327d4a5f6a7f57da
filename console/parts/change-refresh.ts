import { html, nothing, type TemplateResult } from 'lit'
import type { LinkedUser, UpdatedUser } from '../../client/api-types.ts'
import type { BiuwerRefresh } from '../../worker/policy/biuwer-refresh.ts'
import { Deed } from '../deed.ts'
import { isolated } from '../given-text.ts'
import { DialogElement } from './dialog-element.ts'
import { problemHere } from './problem.ts'
import type { RefreshChoice } from './refresh-choice.ts'
import './refresh-choice.ts'

/** A dialog that changes how a user's Biuwer tokens are replaced. Fires `saved` and `close`. */
export class ChangeRefresh extends DialogElement {
  static override properties = {
    user: { attribute: false },
    refresh: { state: true },
  }
  /** The user, as shown when the person opened the dialog. */
  declare user: LinkedUser
  declare refresh: BiuwerRefresh
  readonly #saving = new Deed(this)

  override connectedCallback(): void {
    super.connectedCallback()
    this.refresh ??= this.user.biuwer_refresh
  }

  protected override render(): TemplateResult {
    const { refresh: words } = this.words.biuwerTokens
    const { error, isBusy } = this.#saving
    return html`
      <wa-dialog label=${words.titleOf(isolated(this.user.user))} open @wa-after-hide=${this.afterHide}>
        <refresh-choice
          class="stack"
          .refresh=${this.refresh}
          @choose=${(event: Event) => {
            this.refresh = (event.currentTarget as RefreshChoice).refresh
          }}
        ></refresh-choice>
        ${error ? problemHere(this.words, error, { conflict: words.conflict }) : nothing}
        <wa-button slot="footer" appearance="outlined" ?disabled=${isBusy} @click=${this.hide}>${this.words.cancel}</wa-button>
        <wa-button slot="footer" variant="brand" ?loading=${isBusy} @click=${this.#save}>${this.words.save}</wa-button>
      </wa-dialog>
    `
  }

  #save = (): void => {
    const { refresh } = this
    const { user, biuwer_refresh: former } = this.user
    if (refresh === former) {
      this.hide()
      return
    }
    void this.#saving.run(async () => {
      const changed = await this.session.ask((edge) => edge.users.update(user, { biuwer_refresh: refresh }))
      this.dispatchEvent(new CustomEvent<UpdatedUser>('saved', { detail: changed }))
      this.hide()
    })
  }
}
customElements.define('change-refresh', ChangeRefresh)
