import { html, type PropertyValues, type TemplateResult } from 'lit'
import type { EffectiveBy } from '../../client/api-types.ts'
import { ConsoleElement } from '../element.ts'
import { exactTime, relative } from '../formats.ts'

/** Says what was done, when it takes effect everywhere, and how long that still takes. */
export class EffectNote extends ConsoleElement {
  static override properties = {
    effect: { attribute: false },
    text: { attribute: false },
  }
  declare effect: EffectiveBy
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
    return Date.now() >= Date.parse(this.effect.open_sessions)
  }

  protected override render(): TemplateResult {
    const { token } = this.words
    const { new_sessions, open_sessions } = this.effect
    return html`
      <wa-callout variant="success">
        <wa-icon slot="icon" name="circle-check"></wa-icon>
        <p role="status">
          ${this.text} ${token.effect(exactTime(new_sessions), exactTime(open_sessions))}
        </p>
        <p class="fine">
          ${this.#isDone() ? token.effectDone : token.effectIn(relative(new_sessions), relative(open_sessions))}
        </p>
      </wa-callout>
    `
  }
}
customElements.define('effect-note', EffectNote)
