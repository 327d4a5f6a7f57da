import { html, nothing, type TemplateResult } from 'lit'
import type { EffectiveBy, LinkedUser } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { ConsoleElement } from '../element.ts'
import { typed } from '../field-values.ts'
import { duration } from '../formats.ts'
import { hint, mistakeIn, problem } from './problem.ts'

/** Links a user, or replaces the Biuwer token of one. Fires `linked` and `close`. */
export class LinkUser extends ConsoleElement {
  static override properties = {
    ...ConsoleElement.properties,
    user: { attribute: false },
    name: { attribute: false },
    known: { state: true },
    error: { state: true },
    busy: { state: true },
  }
  /** null: yet to be named. */
  declare user: LinkedUser | null
  /** What the field for the name begins with. */
  declare name: string
  /** A name typed in that is linked already. */
  declare known: string | undefined
  declare error: unknown
  declare busy: boolean
  #biuwerToken = ''

  constructor() {
    super()
    this.name = ''
  }

  protected override render(): TemplateResult {
    const { users } = this.words
    const { deployment } = this.session
    const closesWithin = deployment ? deployment.revocation_lease + deployment.session_check : 0
    return html`
      <wa-dialog
        label=${this.user ? users.relinkTitle(this.user.user) : users.linkTitle}
        open
        @wa-after-hide=${() => this.dispatchEvent(new Event('close'))}
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
                    this.name = typed(event).trim()
                    this.known = undefined
                  }}
                  @change=${this.#look}
                >
                  ${hint(users.userHint, mistakeIn(this.error, 'user'))}
                </wa-input>`
          }
          ${
            this.known
              ? html`<wa-callout variant="warning" role="status">
                  <wa-icon slot="icon" name="triangle-alert"></wa-icon>
                  ${users.exists(this.known)} ${users.relinkText(duration(closesWithin))}
                </wa-callout>`
              : nothing
          }
          <wa-input
            label=${users.token}
            type="password"
            password-toggle
            required
            autocomplete="off"
            spellcheck="false"
            @input=${(event: Event) => {
              this.#biuwerToken = typed(event).trim()
            }}
          >
            ${hint(users.tokenHint, mistakeIn(this.error, 'biuwer_token'))}
          </wa-input>
          ${this.error ? problem(this.words, this.error) : nothing}
          <div class="row end">
            <wa-button appearance="outlined" @click=${() => this.dispatchEvent(new Event('close'))}>${this.words.cancel}</wa-button>
            <wa-button type="submit" variant="brand" ?loading=${this.busy}>${this.words.save}</wa-button>
          </div>
        </form>
      </wa-dialog>
    `
  }

  /** Says before it is done that it would replace something. */
  #look = async (): Promise<void> => {
    const { name } = this
    if (name === '' || /^\.{1,2}$/.test(name)) return
    try {
      const { user } = await this.session.ask((edge) => edge.users.get(name))
      if (this.name === name) this.known = user
    } catch (error) {
      // Not linked, or no user at all: saving will tell.
      if (!(error instanceof EdgeError)) throw error
    }
  }

  #save = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (this.busy) return
    const user = this.user?.user ?? this.name
    if (/^\.{0,2}$/.test(user)) {
      this.error = new EdgeError('invalid_request', '', {
        errors: [{ path: 'user', message: this.words.users.userHint }],
      })
      return
    }
    this.busy = true
    this.error = undefined
    try {
      const { effective_by } = await this.session.ask((edge) =>
        edge.users.link(user, { biuwer_token: this.#biuwerToken }),
      )
      const { users } = this.words
      const text = effective_by ? users.relinked(user) : users.linked(user)
      this.dispatchEvent(
        new CustomEvent<{ text: string; effect: EffectiveBy | undefined }>('linked', {
          detail: { text, effect: effective_by },
        }),
      )
      this.dispatchEvent(new Event('close'))
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      this.error = error
    } finally {
      this.busy = false
    }
  }
}
customElements.define('link-user', LinkUser)
