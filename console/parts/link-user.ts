import { html, nothing, type TemplateResult } from 'lit'
import type { EffectiveBy, LinkedUser } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { Deed } from '../deed.ts'
import { fieldValue } from '../field-values.ts'
import { duration } from '../formats.ts'
import { isGivenUp } from '../session.ts'
import { DialogElement } from './dialog-element.ts'
import { hint, mistakeIn, problem } from './problem.ts'

/** Links a user, or replaces the Biuwer token of one. Fires `linked` and `close`. */
export class LinkUser extends DialogElement {
  static override properties = {
    user: { attribute: false },
    name: { attribute: false },
    linkedName: { state: true },
  }
  /** Whose Biuwer token is replaced; null: the person names the user to link. */
  declare user: LinkedUser | null
  /** What is in the field for the name. */
  declare name: string
  /** The name in the field, where that user is linked already. */
  declare linkedName: string | undefined
  readonly #saving = new Deed(this)
  #biuwerToken = ''

  constructor() {
    super()
    this.name = ''
  }

  protected override render(): TemplateResult {
    const { users } = this.words
    const { deployment } = this.session
    const { error } = this.#saving
    const closesWithin = deployment ? deployment.revocation_lease + deployment.session_check : 0
    return html`
      <wa-dialog
        label=${this.user ? users.relinkTitle(this.user.user) : users.linkTitle}
        open
        @wa-after-hide=${this.afterHide}
      >
        <form class="stack" novalidate @submit=${this.#save}>
          ${
            this.user
              ? html`<p>${users.relinkText(duration(closesWithin))}</p>`
              : html`<wa-input
                  label=${users.user}
                  required
                  autofocus
                  autocomplete="off"
                  spellcheck="false"
                  .value=${this.name}
                  @input=${(event: Event) => {
                    this.name = fieldValue(event).trim()
                    this.linkedName = undefined
                  }}
                  @change=${this.#lookUpName}
                >
                  ${hint(users.userHint, mistakeIn(error, 'user'))}
                </wa-input>`
          }
          ${
            this.linkedName
              ? html`<wa-callout variant="warning" role="status">
                  <wa-icon slot="icon" name="triangle-alert"></wa-icon>
                  ${users.exists(this.linkedName)} ${users.relinkText(duration(closesWithin))}
                </wa-callout>`
              : nothing
          }
          <wa-input
            label=${users.token}
            type="password"
            password-toggle
            required
            autocomplete="one-time-code"
            spellcheck="false"
            @input=${(event: Event) => {
              this.#biuwerToken = fieldValue(event).trim()
            }}
          >
            ${hint(users.tokenHint, mistakeIn(error, 'biuwer_token'))}
          </wa-input>
          ${error ? problem(this.words, error) : nothing}
          <div class="row end">
            <wa-button appearance="outlined" ?disabled=${this.#saving.isBusy} @click=${this.hide}>${this.words.cancel}</wa-button>
            <wa-button type="submit" variant="brand" ?loading=${this.#saving.isBusy}>${this.words.save}</wa-button>
          </div>
        </form>
      </wa-dialog>
    `
  }

  /** Finds out whether the named user is linked already, so that replacing the Biuwer token is no surprise. */
  #lookUpName = async (): Promise<void> => {
    const { name } = this
    if (!isAddressable(name)) return
    try {
      const { user } = await this.session.ask((edge) => edge.users.get(name))
      if (this.name === name) this.linkedName = user
    } catch (error) {
      // The user is not linked, or the name is no user's: saving will say so.
      if (!(error instanceof EdgeError || isGivenUp(error))) throw error
    }
  }

  #save = (event: Event): void => {
    event.preventDefault()
    const user = this.user?.user ?? this.name
    void this.#saving.run(async () => {
      const { users } = this.words
      if (!isAddressable(user)) {
        const errors = [{ path: 'user', message: users.userHint }]
        throw new EdgeError('invalid_request', '', { errors })
      }
      const { effective_by } = await this.session.ask((edge) =>
        edge.users.link(user, { biuwer_token: this.#biuwerToken }),
      )
      const detail = { text: effective_by ? users.relinked(user) : users.linked(user), effect: effective_by }
      this.dispatchEvent(
        new CustomEvent<{ text: string; effect: EffectiveBy | undefined }>('linked', { detail }),
      )
      this.hide()
    })
  }
}
customElements.define('link-user', LinkUser)

/** Whether the name can be a segment of an address: an empty one, `.` and `..` would lead elsewhere. */
function isAddressable(user: string): boolean {
  return !/^\.{0,2}$/.test(user)
}
