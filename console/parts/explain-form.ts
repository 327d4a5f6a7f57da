import { html, nothing, type TemplateResult } from 'lit'
import type { ExplainRequest, Explanation, TokenRecord } from '../../client/api-types.ts'
import { Deed } from '../deed.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { type Owner, ownerOf, signedUserOf } from '../owner-of-token.ts'
import { NEEDS } from '../permission.ts'
import type { Facts } from '../refusals/remedies.ts'
import { href } from '../route.ts'
import { timeOf } from '../zoned-time.ts'
import { checkList, failureIn, remedyOf } from './checks.ts'
import { idOf } from './named.ts'
import { hint, mistakeIn, problem, refuseMistakes, wrongTimes } from './problem.ts'
import './needs-role.ts'
import './refusal-remedies.ts'

/** A token in its three parts. What has another form, such as a key, is not sent. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/

interface Answer {
  explanation: Explanation
  /** What the pasted token belongs to; undefined: nothing is known of it, or the token record was given. */
  owner: Owner | undefined
  /** What the pasted token was refused for at first; undefined: it was not, or there is no owner. */
  facts: Facts | undefined
  /** The token record that the pasted token is of. */
  record: TokenRecord | undefined
}

/**
 * Asks the edge for every check of an opening: of a given token record, or of what a pasted token belongs to. What helps
 * against a refusal of the latter is offered too.
 */
export class ExplainForm extends ConsoleElement {
  static override properties = {
    recordId: { attribute: false },
    token: { attribute: false },
    answer: { state: true },
    isUnreadable: { state: true },
  }
  /** The id of the token record; undefined: the pasted token decides. */
  declare recordId: string | undefined
  /** A token that is known already; undefined: the person pastes one. A secret, so it is no attribute. */
  declare token: string | undefined
  declare answer: Answer | undefined
  /** Whether what was pasted is no token. */
  declare isUnreadable: boolean
  readonly #asking = new Deed(this)
  #pasted = ''
  #resource = ''
  #origin = ''
  #at = ''

  protected override render(): TemplateResult {
    const { explain } = this.words
    const { error } = this.#asking
    return html`
      <form class="stack" novalidate @submit=${this.#submit}>
        ${this.token === undefined ? this.#tokenField() : nothing}
        <div class="fields">
          <wa-input
            label=${explain.resource}
            autocomplete="off"
            spellcheck="false"
            @input=${(event: Event) => {
              this.#resource = fieldValue(event).trim()
            }}
          >
            ${hint(explain.optional, mistakeIn(this.words, error, 'resource'))}
          </wa-input>
          <wa-input
            label=${explain.origin}
            inputmode="url"
            autocomplete="off"
            spellcheck="false"
            @input=${(event: Event) => {
              this.#origin = fieldValue(event).trim()
            }}
          >
            ${hint(explain.originHint, mistakeIn(this.words, error, 'origin'))}
          </wa-input>
          <wa-input
            label=${explain.at}
            type="datetime-local"
            name="at"
            @input=${(event: Event) => {
              this.#at = fieldValue(event)
            }}
          >
            ${hint(explain.atHint, mistakeIn(this.words, error, 'at'))}
          </wa-input>
        </div>
        <needs-role .deeds=${[[explain.submit, NEEDS.read]]}></needs-role>
        <wa-button type="submit" variant="brand" ?disabled=${!this.session.may(NEEDS.read)} ?loading=${this.#asking.isBusy}>${explain.submit}</wa-button>
      </form>
      ${error ? problem(this.words, error) : nothing}
      <div aria-live="polite">${this.answer ? this.#checks(this.answer) : nothing}</div>
    `
  }

  #tokenField(): TemplateResult {
    const { explain } = this.words
    return html`
      <wa-input
        label=${explain.token}
        type="password"
        password-toggle
        autocomplete="one-time-code"
        spellcheck="false"
        ?required=${this.recordId === undefined}
        @input=${(event: Event) => {
          this.#pasted = fieldValue(event).trim()
        }}
      >
        ${hint(explain.tokenHint, this.isUnreadable ? explain.unreadable : '')}
      </wa-input>
    `
  }

  #checks({ explanation: { allowed, checks }, owner, facts, record }: Answer): TemplateResult {
    const { explain, refusals } = this.words
    const remedy = remedyOf(this.words, checks)
    const to = owner && href([owner.section, owner.id])
    return html`
      <wa-callout variant=${allowed ? 'success' : 'danger'}>
        <wa-icon slot="icon" name=${allowed ? 'circle-check' : 'circle-x'}></wa-icon>
        <strong>${allowed ? explain.allowed : explain.refused}</strong>
        ${owner ? html`${explain.owner[owner.section]}: <a href=${to}>${idOf(owner.id)}</a>` : nothing}
      </wa-callout>
      ${remedy === undefined ? nothing : html`<p><strong>${refusals.remedy}:</strong> ${remedy}</p>`}
      ${facts ? html`<refusal-remedies .facts=${facts} .record=${record} .linked=${to} @mended=${this.#ask}></refusal-remedies>` : nothing}
      ${checkList(this.words, checks)}
    `
  }

  #submit = (event: Event): void => {
    event.preventDefault()
    this.answer = undefined
    this.#ask()
  }

  #ask = (): void => {
    void this.#asking.run(async () => {
      const { recordId } = this
      const token = this.token ?? this.#pasted
      const isLeftOut = recordId !== undefined && token === ''
      this.isUnreadable = !isLeftOut && !TOKEN.test(token)
      if (this.isUnreadable) return
      const request: ExplainRequest = {
        ...(this.#resource && { resource: this.#resource }),
        ...(this.#origin && { origin: this.#origin }),
        ...(this.#at && { at: timeOf(this.#at, Intl.DateTimeFormat().resolvedOptions().timeZone) }),
      }
      refuseMistakes(wrongTimes(this.words, { at: request.at }, this))
      const explanation = await this.session.ask((edge) =>
        recordId === undefined
          ? edge.explain({ token, ...request })
          : edge.tokens.explain(recordId, { ...(token && { token }), ...request }),
      )
      // Whom a token names counts only if its signature holds.
      const isGenuine = explanation.checks.some(({ check, ok }) => check === 'signature' && ok)
      const owner = recordId === undefined && isGenuine ? ownerOf(token) : undefined
      const record =
        owner?.section === 'tokens' ? await this.session.find((edge) => edge.tokens.get(owner.id)) : undefined
      // What was done about the refusal stays in sight, though the token opens by now.
      const facts = this.answer?.facts ?? (owner && this.#factsOf(explanation, owner, record))
      this.answer = { explanation, owner, record, facts }
    })
  }

  #factsOf(
    { checks }: Explanation,
    { section, id }: Owner,
    record: TokenRecord | undefined,
  ): Facts | undefined {
    const code = failureIn(checks)
    const token = this.token ?? this.#pasted
    return (
      code && {
        code,
        signer: section === 'signers' ? id : null,
        user: section === 'signers' ? signedUserOf(token) : (record?.user ?? null),
        resource: this.#resource,
        origin: this.#origin || null,
      }
    )
  }
}
customElements.define('explain-form', ExplainForm)
