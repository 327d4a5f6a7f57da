import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { EffectiveBy, TokenRecord } from '../../client/api-types.ts'
import { ConsoleElement } from '../element.ts'
import { isolated } from '../given-text.ts'
import { NEEDS } from '../permission.ts'
import { type Facts, isAllowedHere, type Remedy, remediesFor } from '../refusals/remedies.ts'
import { keepFocus } from './dialog-element.ts'
import './add-biuwer-token.ts'
import './edit-token.ts'
import './effect-note.ts'
import './link-user.ts'
import './needs-role.ts'

interface Done {
  text: string
  effect: EffectiveBy | undefined
}

/** What helps against a refusal, to be done in a dialog or on another page. Fires `mended` once a dialog has done it. */
export class RefusalRemedies extends ConsoleElement {
  static override properties = {
    facts: { attribute: false },
    record: { attribute: false },
    linked: { attribute: false },
    doing: { state: true },
    done: { state: true },
  }
  declare facts: Facts
  /** The token record as it is now; undefined: a host has signed the token, or the record can't be read. */
  declare record: TokenRecord | undefined
  /** An address that the part around links to already; undefined: none. */
  declare linked: string | undefined
  /** What a dialog is open for. */
  declare doing: Remedy | undefined
  declare done: Done | undefined

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    // The button that opened the dialog may be gone.
    if (changed.has('record') && this.done) keepFocus(this)
  }

  protected override render(): TemplateResult {
    const { refusals } = this.words
    const all = remediesFor(this.facts, this.record, this.#allowed)
    const remedies = all.filter((remedy) => !('to' in remedy && remedy.to === this.linked))
    const deeds = remedies.flatMap((remedy) =>
      'to' in remedy ? [] : [[refusals.remedies[remedy.name], NEEDS.manage] as const],
    )
    return html`
      ${this.#websiteNote()}
      ${this.done ? this.#doneNote(this.done) : nothing}
      ${all.some(({ name }) => name === 'signer') ? html`<p>${refusals.signerRemedy}</p>` : nothing}
      <div class="row" role="group" aria-label=${refusals.remedy} aria-describedby="remedies-need">
        ${remedies.map((remedy, index) => this.#button(remedy, index === 0))}
      </div>
      <needs-role id="remedies-need" .deeds=${deeds}></needs-role>
      ${this.doing ? this.#dialog(this.doing) : nothing}
    `
  }

  get #allowed(): readonly string[] | null {
    return this.session.deployment?.allowed_origins ?? null
  }

  /** Says that no token record helps, where no page of the website may show dashboards. */
  #websiteNote(): TemplateResult | typeof nothing {
    const { refusals } = this.words
    const { code, origin } = this.facts
    if (code !== 'origin_not_allowed' || origin === null || isAllowedHere(origin, this.#allowed))
      return nothing
    return html`<p>${refusals.websiteNotAllowed} <small class="fine"><code>${refusals.settingFine}</code></small></p>`
  }

  #doneNote({ text, effect }: Done): TemplateResult {
    return effect
      ? html`<effect-note .text=${text} .effect=${effect}></effect-note>`
      : html`<wa-callout variant="success">
          <wa-icon slot="icon" name="circle-check"></wa-icon><span role="status">${text}</span>
        </wa-callout>`
  }

  #button(remedy: Remedy, isFirst: boolean): TemplateResult {
    const text = this.words.refusals.remedies[remedy.name]
    const [variant, appearance] = isFirst ? ['brand', 'accent'] : ['neutral', 'outlined']
    return 'to' in remedy
      ? html`<wa-button size="s" variant=${variant} appearance=${appearance} href=${remedy.to}>${text}</wa-button>`
      : html`<wa-button
          size="s"
          variant=${variant}
          appearance=${appearance}
          ?disabled=${!this.session.may(NEEDS.manage)}
          @click=${() => {
            this.doing = remedy
          }}
        >${text}</wa-button>`
  }

  #dialog(doing: Remedy): TemplateResult | typeof nothing {
    const { resource, origin } = this.facts
    switch (doing.name) {
      case 'link':
        return html`<link-user
          .user=${null}
          .name=${doing.user}
          @linked=${({ detail }: CustomEvent<Done>) => this.#finish(detail)}
          @close=${this.#close}
        ></link-user>`
      case 'addBiuwerToken':
        return html`<add-biuwer-token
          .user=${doing.user}
          .lastEnd=${undefined}
          @added=${() => {
            const text = this.words.biuwerTokens.addedNote(isolated(doing.user))
            this.#finish({ text, effect: undefined })
          }}
          @close=${this.#close}
        ></add-biuwer-token>`
      case 'addResource':
      case 'addWebsite':
        return html`<edit-token
          .record=${doing.record}
          .adding=${doing.name === 'addResource' ? { resource } : { origin: origin ?? undefined }}
          @saved=${({ detail }: CustomEvent<{ effective_by?: EffectiveBy }>) =>
            this.#finish({ text: this.words.token.changed, effect: detail.effective_by })}
          @close=${this.#close}
        ></edit-token>`
      default:
        return nothing
    }
  }

  #close = (): void => {
    this.doing = undefined
  }

  #finish(done: Done): void {
    this.done = done
    this.dispatchEvent(new Event('mended'))
  }
}
customElements.define('refusal-remedies', RefusalRemedies)
