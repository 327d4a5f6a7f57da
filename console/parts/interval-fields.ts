import { html, type TemplateResult } from 'lit'
import type { EdgeError } from '../../client/edge-error.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { timeOf } from '../zoned-time.ts'
import { hint, mistakeIn } from './problem.ts'

/** The fields of a Biuwer token: itself, which is never shown, and its interval in the time zone of the browser. */
export class IntervalFields extends ConsoleElement {
  static override properties = {
    from: { attribute: false },
    to: { attribute: false },
    fromHint: { attribute: false },
    isOptional: { attribute: false },
    error: { attribute: false },
  }
  /** Local times, as date fields write them. */
  declare from: string
  declare to: string
  declare fromHint: string
  /** Whether the token source gives the token where the field is empty. */
  declare isOptional: boolean
  declare error: EdgeError | undefined
  #biuwerToken = ''

  constructor() {
    super()
    this.from = ''
    this.to = ''
  }

  /** What a request says of the Biuwer token; without it and its interval where the field is empty and may be. */
  get request(): { biuwer_token?: string; from?: string; to?: string } {
    const { from, to } = this
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    if (this.#biuwerToken === '' && this.isOptional) return {}
    return {
      biuwer_token: this.#biuwerToken,
      ...(from && { from: timeOf(from, timeZone) }),
      ...(to && { to: timeOf(to, timeZone) }),
    }
  }

  protected override render(): TemplateResult {
    const { users, biuwerTokens } = this.words
    const { error } = this
    return html`
      <wa-input
        label=${users.token}
        type="password"
        password-toggle
        ?required=${!this.isOptional}
        autocomplete="one-time-code"
        spellcheck="false"
        @input=${(event: Event) => {
          this.#biuwerToken = fieldValue(event).trim()
        }}
      >
        ${hint(this.isOptional ? biuwerTokens.optionalToken : users.tokenHint, mistakeIn(this.words, error, 'biuwer_token'))}
      </wa-input>
      <div class="fields">
        <wa-input type="datetime-local" name="from" label=${biuwerTokens.from} with-clear .value=${this.from} @input=${this.#set('from')}>
          ${hint(this.fromHint, mistakeIn(this.words, error, 'from'))}
        </wa-input>
        <wa-input type="datetime-local" name="to" label=${biuwerTokens.to} with-clear .value=${this.to} @input=${this.#set('to')}>
          ${hint(biuwerTokens.toHint, mistakeIn(this.words, error, 'to'))}
        </wa-input>
      </div>
    `
  }

  #set(field: 'from' | 'to'): (event: Event) => void {
    return (event) => {
      this[field] = fieldValue(event)
    }
  }
}
customElements.define('interval-fields', IntervalFields)
