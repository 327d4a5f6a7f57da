import { html, type PropertyValues, type TemplateResult } from 'lit'
import type { EffectiveBy, KeyEffect } from '../../client/api-types.ts'
import { ConsoleElement } from '../element.ts'
import { exactTime, relative } from '../formats.ts'

/** Says what was done, when it takes effect everywhere, and how long that still takes. */
export class EffectNote extends ConsoleElement {
  static override properties = {
    effect: { attribute: false },
    text: { attribute: false },
  }
  declare effect: EffectiveBy | KeyEffect
  /** What was done, as a sentence. */
  declare text: string
  #timer: ReturnType<typeof setTimeout> | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    clearTimeout(this.#timer)
    if (!this.#isDone()) this.#timer = setTimeout(() => this.requestUpdate(), 1000)
  }

  #isDone(): boolean {
    const { effect } = this
    return Date.now() >= Date.parse('calls' in effect ? effect.calls : effect.open_sessions)
  }

  protected override render(): TemplateResult {
    return html`
      <wa-callout variant="success">
        <wa-icon slot="icon" name="circle-check"></wa-icon>
        <p role="status">
          ${this.text} ${this.#from()}
        </p>
        <p class="fine">
          ${this.#isDone() ? this.words.token.effectDone : this.#in()}
        </p>
      </wa-callout>
    `
  }

  #from(): string {
    const { effect } = this
    const { keys, token } = this.words
    if ('calls' in effect) return keys.effect(exactTime(effect.calls))
    return token.effect(exactTime(effect.new_sessions), exactTime(effect.open_sessions))
  }

  #in(): string {
    const { effect } = this
    const { keys, token } = this.words
    if ('calls' in effect) return keys.effectIn(relative(effect.calls))
    return token.effectIn(relative(effect.new_sessions), relative(effect.open_sessions))
  }
}
customElements.define('effect-note', EffectNote)
