import { html, nothing, type TemplateResult } from 'lit'
import type { EffectiveBy, LinkedUser } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import type { BiuwerRefresh } from '../../worker/policy/biuwer-refresh.ts'
import { Deed } from '../deed.ts'
import { fieldValue } from '../field-values.ts'
import { duration } from '../formats.ts'
import { isGivenUp } from '../session.ts'
import { DialogElement } from './dialog-element.ts'
import type { IntervalFields } from './interval-fields.ts'
import { hint, mistakeIn, problemHere, refuseMistakes, wrongTimes } from './problem.ts'
import type { RefreshChoice } from './refresh-choice.ts'
import './interval-fields.ts'
import './refresh-choice.ts'

/** Links a user, or replaces the Biuwer tokens of one. Fires `linked` and `close`. */
export class LinkUser extends DialogElement {
  static override properties = {
    user: { attribute: false },
    name: { attribute: false },
    linkedName: { state: true },
    refresh: { state: true },
  }
  /** Whose Biuwer tokens are replaced; null: the person names the user to link. */
  declare user: LinkedUser | null
  /** What is in the field for the name. */
  declare name: string
  /** The name in the field, where that user is linked already. */
  declare linkedName: string | undefined
  declare refresh: BiuwerRefresh
  readonly #saving = new Deed(this)

  constructor() {
    super()
    this.name = ''
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.refresh ??= this.user?.biuwer_refresh ?? 'manual'
  }

  protected override render(): TemplateResult {
    const { users, biuwerTokens } = this.words
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
                  ${hint(users.userHint, mistakeIn(this.words, error, 'user'))}
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
          <interval-fields
            class="stack"
            .fromHint=${biuwerTokens.fromHint(Intl.DateTimeFormat().resolvedOptions().timeZone)}
            .isOptional=${this.refresh !== 'manual'}
            .error=${error}
          ></interval-fields>
          ${
            deployment?.biuwer_token_source
              ? html`<refresh-choice
                  class="stack"
                  .refresh=${this.refresh}
                  @choose=${(event: Event) => {
                    this.refresh = (event.currentTarget as RefreshChoice).refresh
                    this.#saving.dismissError()
                  }}
                ></refresh-choice>`
              : nothing
          }
          ${error ? problemHere(this.words, error, { conflict: biuwerTokens.refresh.conflict }) : nothing}
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
      if (!isAddressable(user)) refuseMistakes([{ path: 'user', message: users.userHint }])
      const request = {
        ...this.querySelector<IntervalFields>('interval-fields')?.request,
        biuwer_refresh: this.refresh,
      }
      refuseMistakes(wrongTimes(this.words, { from: request.from, to: request.to }, this))
      const { effective_by } = await this.session.ask((edge) => edge.users.link(user, request))
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
