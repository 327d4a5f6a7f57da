import { html, nothing, type TemplateResult } from 'lit'
import type { ExplainRequest, Explanation } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { ConsoleElement } from '../element.ts'
import { typed } from '../field-values.ts'
import { recordOf } from '../record-of-token.ts'
import { href } from '../route.ts'
import { hint, mistakeIn, problem } from './problem.ts'

/** Asks for every check of an opening, of a known record, or of the one that a pasted value names. */
export class ExplainForm extends ConsoleElement {
  static override properties = {
    ...ConsoleElement.properties,
    record: { attribute: false },
    answer: { state: true },
    error: { state: true },
    unreadable: { state: true },
    busy: { state: true },
  }
  /** The record's id; undefined: the value names it. */
  declare record: string | undefined
  declare answer: { record: string; explanation: Explanation } | undefined
  declare error: unknown
  declare unreadable: boolean
  declare busy: boolean
  #value = ''
  #resource = ''
  #origin = ''
  #at = ''

  protected override render(): TemplateResult {
    const { explain } = this.words
    return html`
      <form class="stack" @submit=${this.#ask}>
        <wa-input
          label=${explain.value}
          type="password"
          password-toggle
          autocomplete="off"
          spellcheck="false"
          ?required=${this.record === undefined}
          @input=${(event: Event) => {
            this.#value = typed(event).trim()
          }}
        >
          ${hint(explain.valueHint, this.unreadable ? explain.unreadable : '')}
        </wa-input>
        <div class="fields">
          <wa-input
            label=${explain.resource}
            autocomplete="off"
            spellcheck="false"
            @input=${(event: Event) => {
              this.#resource = typed(event).trim()
            }}
          >
            ${hint(explain.optional, mistakeIn(this.error, 'resource'))}
          </wa-input>
          <wa-input
            label=${explain.origin}
            inputmode="url"
            autocomplete="off"
            spellcheck="false"
            @input=${(event: Event) => {
              this.#origin = typed(event).trim()
            }}
          >
            ${hint(explain.originHint, mistakeIn(this.error, 'origin'))}
          </wa-input>
          <wa-input
            label=${explain.at}
            type="datetime-local"
            @input=${(event: Event) => {
              this.#at = typed(event)
            }}
          >
            ${hint(explain.atHint, mistakeIn(this.error, 'at'))}
          </wa-input>
        </div>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>${explain.submit}</wa-button>
      </form>
      ${this.error ? this.#wrong(this.error) : nothing}
      <div aria-live="polite">${this.answer ? this.#checks(this.answer.record, this.answer.explanation) : nothing}</div>
    `
  }

  #wrong(error: unknown): TemplateResult {
    const isForeign = this.record === undefined && error instanceof EdgeError && error.code === 'not_found'
    if (!isForeign) return problem(this.words, error)
    return html`<wa-callout variant="danger" role="alert">${this.words.explain.foreign}</wa-callout>`
  }

  #checks(record: string, { allowed, checks }: Explanation): TemplateResult {
    const { explain } = this.words
    return html`
      <wa-callout variant=${allowed ? 'success' : 'danger'}>
        <wa-icon slot="icon" name=${allowed ? 'circle-check' : 'circle-x'}></wa-icon>
        <strong>${allowed ? explain.allowed : explain.refused}</strong>
        ${this.record === undefined ? html`${explain.record}: <a href=${href(['tokens', record])}><code>${record}</code></a>` : nothing}
      </wa-callout>
      <ol class="checks" lang="en">
        ${checks.map(
          ({ check, ok, detail }) => html`
            <li class=${ok ? 'passed' : 'failed'}>
              <wa-icon name=${ok ? 'circle-check' : 'circle-x'} label=${ok ? explain.passed : explain.failed}></wa-icon>
              <span><strong lang=${document.documentElement.lang}>${explain.checks[check]}</strong> ${detail}</span>
            </li>
          `,
        )}
      </ol>
    `
  }

  #ask = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (this.busy) return
    const record = this.record ?? recordOf(this.#value)
    this.unreadable = record === undefined
    this.error = undefined
    this.answer = undefined
    if (record === undefined) return
    this.busy = true
    const question: ExplainRequest = {
      ...(this.#value && { token: this.#value }),
      ...(this.#resource && { resource: this.#resource }),
      ...(this.#origin && { origin: this.#origin }),
      ...(this.#at && { at: new Date(this.#at).toISOString() }),
    }
    try {
      const explanation = await this.session.ask((edge) => edge.tokens.explain(record, question))
      this.answer = { record, explanation }
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      this.error = error
    } finally {
      this.busy = false
    }
  }
}
customElements.define('explain-form', ExplainForm)
