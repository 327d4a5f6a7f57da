import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { folded } from '../../worker/policy/folded-text.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { TypingPause } from '../typing-pause.ts'

/**
 * A field for what a person looks for. Fires `search` with the trimmed text once they have paused or cleared the field.
 * What is typed stays as it was typed, though the text that is looked for comes back by the address meanwhile.
 */
export class SearchField extends ConsoleElement {
  static override properties = {
    label: { attribute: false },
    hint: { attribute: false },
    text: { attribute: false },
    least: { attribute: false },
  }
  declare label: string
  declare hint: string | undefined
  /** What is looked for. */
  declare text: string
  /** How many characters a search has at least; absent: 1. */
  declare least: number | undefined
  readonly #pause = new TypingPause(this)
  #typed = ''
  /** What was looked for last from here. */
  #sought: string | undefined

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('text') || this.text === this.#sought) return
    this.#typed = this.text
    this.#sought = this.text
  }

  protected override render(): TemplateResult {
    return html`
      <wa-input
        type="search"
        label=${this.label}
        hint=${this.hint ?? nothing}
        with-clear
        autocomplete="off"
        spellcheck="false"
        .value=${this.#typed}
        @input=${this.#type}
        @wa-clear=${() => this.#search('')}
      >
        <wa-icon slot="start" name="search"></wa-icon>
      </wa-input>
    `
  }

  #type = (event: Event): void => {
    this.#typed = fieldValue(event)
    const text = this.#typed.trim()
    if (text.length > 0 && [...folded(text)].length < (this.least ?? 1)) this.#pause.cancel()
    else this.#pause.runAfter(() => this.#search(text))
  }

  #search(text: string): void {
    this.#pause.cancel()
    if (text === '') this.#typed = ''
    this.#sought = text
    this.dispatchEvent(new CustomEvent<string>('search', { detail: text }))
  }
}
customElements.define('search-field', SearchField)
