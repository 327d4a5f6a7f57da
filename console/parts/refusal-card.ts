import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { EffectiveBy, Explanation, Refusal, Signer, TokenRecord } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { ConsoleElement } from '../element.ts'
import { dateTime, relative } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import { NEEDS } from '../permission.ts'
import { reasonOf } from '../refusals/reason.ts'
import { isAllowedHere, type Remedy, remediesFor } from '../refusals/remedies.ts'
import { href } from '../route.ts'
import { checkList, checkName } from './checks.ts'
import { keepFocus } from './dialog-element.ts'
import { loaded } from './loaded.ts'
import { idOf, named } from './named.ts'
import './add-biuwer-token.ts'
import './edit-token.ts'
import './effect-note.ts'
import './link-user.ts'
import './needs-role.ts'

/** What stands behind the refused token, as it is now. */
interface Behind {
  record: TokenRecord | undefined
  signer: Signer | undefined
  /** Whether a token that the record gives out now would open the same. */
  now: Explanation | undefined
}

/** One refusal: what was tried, why it did not open, and what to do, where that can be done at once. */
export class RefusalCard extends ConsoleElement {
  static override properties = {
    refusal: { attribute: false },
    doing: { state: true },
    done: { state: true },
  }
  declare refusal: Refusal
  /** What a dialog is open for. */
  declare doing: Remedy | undefined
  declare done: { text: string; effect: EffectiveBy | undefined } | undefined

  readonly #behind = new Task(this, {
    args: () => [this.refusal] as const,
    task: async ([refusal], { signal }): Promise<Behind> => {
      const { token, signer, resource, origin } = refusal
      const may = this.session.may(NEEDS.readSigners)
      const [record, signed] = await Promise.all([
        token === null ? undefined : this.#known((edge) => edge.tokens.get(token, { signal }), signal),
        signer === null || !may
          ? undefined
          : this.#known((edge) => edge.signers.get(signer, { signal }), signal),
      ])
      const question = { resource, ...(origin !== null && { origin }) }
      const now =
        record && (await this.#known((edge) => edge.tokens.explain(record.id, question, { signal }), signal))
      return { record, signer: signed, now }
    },
  })

  /** The answer; undefined: what is asked for is gone, or is not for this key. */
  async #known<Answer>(
    question: Parameters<typeof this.session.ask<Answer>>[0],
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    try {
      return await this.session.ask(question, signal)
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'not_found') return undefined
      throw error
    }
  }

  protected override render(): TemplateResult {
    const { refusals } = this.words
    const { code, user, resource, origin } = this.refusal
    const who = user === null ? refusals.somebody : isolated(user)
    const website = origin === null ? refusals.someWebsite : isolated(origin)
    const reason = reasonOf(this.words, code)
    return html`
      <wa-card>
        <h2 tabindex="-1">${reason?.why ?? refusals.unknownWhy}</h2>
        <p>${refusals.summary(who, isolated(resource), website)}</p>
        ${this.#facts()}
        <h3>${refusals.remedy}</h3>
        ${reason ? html`<p>${reason.remedy}</p>` : nothing}
        ${this.#websiteNote()}
        ${this.done ? this.#doneNote(this.done) : nothing}
        ${loaded(this.words, this.#behind, this.#show, this.#show)}
      </wa-card>
      ${this.doing ? this.#dialog(this.doing) : nothing}
    `
  }

  #facts(): TemplateResult {
    const { refusals } = this.words
    const { at, user, resource, origin, check, detail, code, request_id, token, signer } = this.refusal
    const behind = this.#behind.value
    return html`
      <dl>
        ${fact(refusals.when, html`<time datetime=${at}>${dateTime(at)}</time> (${relative(at)})`)}
        ${user === null ? nothing : fact(refusals.user, html`<a href=${href(['users', user])}>${given(user)}</a>`)}
        ${
          token === null
            ? nothing
            : fact(
                refusals.record,
                html`<a href=${href(['tokens', token])}>${named(this.#nameOf(behind?.record), token)}</a>`,
              )
        }
        ${
          signer === null
            ? nothing
            : fact(
                refusals.signer,
                html`<a href=${href(['signers', signer])}>${named(behind?.signer?.name ?? refusals.signer, signer)}</a>`,
              )
        }
        ${fact(refusals.resource, html`<code class="long">${given(resource)}</code>`)}
        ${fact(refusals.website, origin === null ? refusals.someWebsite : given(origin))}
        ${fact(
          refusals.check,
          html`${checkName(this.words, check)} <small class="fine"><code>${code}</code> <span lang="en">${detail}</span></small>`,
        )}
        ${fact(this.words.requestId, idOf(request_id))}
      </dl>
    `
  }

  #nameOf(record: TokenRecord | undefined): string {
    const { token } = this.words
    if (record) return record.label || token.of(record.user)
    return token.title
  }

  /** Says that no token record helps, where no page of the website may show dashboards. */
  #websiteNote(): TemplateResult | typeof nothing {
    const { refusals } = this.words
    const { code, origin } = this.refusal
    if (code !== 'origin_not_allowed' || origin === null || isAllowedHere(origin, this.#allowed))
      return nothing
    return html`<p>${refusals.websiteNotAllowed} <small class="fine"><code>${refusals.settingFine}</code></small></p>`
  }

  get #allowed(): readonly string[] | null {
    return this.session.deployment?.allowed_origins ?? null
  }

  #show = (behind: Behind): TemplateResult => {
    const { refusals } = this.words
    const remedies = remediesFor(this.refusal, behind.record, this.#allowed)
    const deeds = remedies.flatMap((remedy) =>
      'to' in remedy ? [] : [[refusals.remedies[remedy.name], NEEDS.manage]],
    )
    return html`
      ${this.refusal.token === null && remedies.some(({ name }) => name === 'signer') ? html`<p>${refusals.signerRemedy}</p>` : nothing}
      <div class="row" role="group" aria-label=${refusals.remedy} aria-describedby="remedies-need">
        ${remedies.map((remedy, index) => this.#remedyButton(remedy, index === 0))}
      </div>
      <needs-role id="remedies-need" .deeds=${deeds}></needs-role>
      ${behind.now ? this.#now(behind.now) : nothing}
    `
  }

  #remedyButton(remedy: Remedy, isFirst: boolean): TemplateResult {
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

  #now({ allowed, checks }: Explanation): TemplateResult {
    const { refusals } = this.words
    return html`
      <h3>${refusals.now}</h3>
      <div role="status">
        <wa-callout variant=${allowed ? 'success' : 'danger'}>
          <wa-icon slot="icon" name=${allowed ? 'circle-check' : 'circle-x'}></wa-icon>
          <strong>${allowed ? refusals.opensNow : refusals.refusedNow}</strong>
        </wa-callout>
      </div>
      ${checkList(this.words, checks)}
      <wa-button size="s" appearance="outlined" @click=${() => this.#behind.run()}>
        <wa-icon slot="start" name="rotate-cw"></wa-icon>${refusals.again}
      </wa-button>
    `
  }

  #doneNote({ text, effect }: { text: string; effect: EffectiveBy | undefined }): TemplateResult {
    return effect
      ? html`<effect-note .text=${text} .effect=${effect}></effect-note>`
      : html`<wa-callout variant="success">
          <wa-icon slot="icon" name="circle-check"></wa-icon><span role="status">${text}</span>
        </wa-callout>`
  }

  #dialog(doing: Remedy): TemplateResult | typeof nothing {
    const { resource, origin } = this.refusal
    switch (doing.name) {
      case 'link':
        return html`<link-user
          .user=${null}
          .name=${doing.user}
          @linked=${({ detail }: CustomEvent<{ text: string; effect: EffectiveBy | undefined }>) => void this.#finish(detail)}
          @close=${this.#close}
        ></link-user>`
      case 'addBiuwerToken':
        return html`<add-biuwer-token
          .user=${doing.user}
          .lastEnd=${undefined}
          @added=${() => {
            const text = this.words.biuwerTokens.addedNote(isolated(doing.user))
            void this.#finish({ text, effect: undefined })
          }}
          @close=${this.#close}
        ></add-biuwer-token>`
      case 'addResource':
      case 'addWebsite':
        return html`<edit-token
          .record=${doing.record}
          .adding=${doing.name === 'addResource' ? { resource } : { origin: origin ?? undefined }}
          @saved=${({ detail }: CustomEvent<{ effective_by?: EffectiveBy }>) =>
            void this.#finish({ text: this.words.token.changed, effect: detail.effective_by })}
          @close=${this.#close}
        ></edit-token>`
      default:
        return nothing
    }
  }

  #close = (): void => {
    this.doing = undefined
  }

  async #finish(done: { text: string; effect: EffectiveBy | undefined }): Promise<void> {
    this.done = done
    await this.#behind.run()
    await this.updateComplete
    // The button that opened the dialog may be gone.
    keepFocus(this)
  }
}
customElements.define('refusal-card', RefusalCard)

function fact(name: string, value: unknown): TemplateResult {
  return html`<dt>${name}</dt><dd>${value}</dd>`
}
