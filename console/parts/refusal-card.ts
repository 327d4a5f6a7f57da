import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { Explanation, Refusal, Signer, TokenRecord } from '../../client/api-types.ts'
import { ConsoleElement } from '../element.ts'
import { dateTime, relative } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import { NEEDS } from '../permission.ts'
import { reasonOf } from '../refusals/reason.ts'
import { href } from '../route.ts'
import { checkList, checkName } from './checks.ts'
import { loaded } from './loaded.ts'
import { idOf, named } from './named.ts'
import './refusal-remedies.ts'

/** What stands behind the refused token, as it is now. */
interface Behind {
  record: TokenRecord | undefined
  signer: Signer | undefined
  /** Whether a token that the record gives out now would open the same. */
  now: Explanation | undefined
}

/** One refusal: what was tried, why it did not open, and what to do, where that can be done at once. */
export class RefusalCard extends ConsoleElement {
  static override properties = { refusal: { attribute: false } }
  declare refusal: Refusal

  readonly #behind = new Task(this, {
    args: () => [this.refusal] as const,
    task: async ([refusal], { signal }): Promise<Behind> => {
      const { token, signer, resource, origin } = refusal
      const may = this.session.may(NEEDS.readSigners)
      const [record, signed] = await Promise.all([
        token === null ? undefined : this.session.find((edge) => edge.tokens.get(token, { signal }), signal),
        signer === null || !may
          ? undefined
          : this.session.find((edge) => edge.signers.get(signer, { signal }), signal),
      ])
      const question = { resource, ...(origin !== null && { origin }) }
      const now =
        record &&
        (await this.session.find((edge) => edge.tokens.explain(record.id, question, { signal }), signal))
      return { record, signer: signed, now }
    },
  })

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
        ${loaded(this.words, this.#behind, this.#show, this.#show)}
      </wa-card>
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

  #show = ({ record, now }: Behind): TemplateResult => html`
    <refusal-remedies
      .facts=${this.refusal}
      .record=${record}
      @mended=${() => this.#behind.run()}
    ></refusal-remedies>
    ${now ? this.#now(now) : nothing}
  `

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
}
customElements.define('refusal-card', RefusalCard)

function fact(name: string, value: unknown): TemplateResult {
  return html`<dt>${name}</dt><dd>${value}</dd>`
}
