import { html, nothing, type TemplateResult } from 'lit'
import type { IssuedToken, TokenRequest } from '../../client/api-types.ts'
import type { EdgeError } from '../../client/edge-error.ts'
import { LONGEST_LABEL, OVERLAP_SECONDS, SINGLE_USE_SECONDS } from '../../worker/policy/bounds.ts'
import { DEFAULT_OVERLAP, REFRESH_POLICIES, type RefreshPolicy } from '../../worker/policy/record.ts'
import { Attempt } from '../attempt.ts'
import { Deed } from '../deed.ts'
import { PageElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { given } from '../given-text.ts'
import { type Draft, meaningOf } from '../meaning.ts'
import { idOf } from '../parts/named.ts'
import { hint, mistakeIn, problem, refuseMistakes, wrongTimes } from '../parts/problem.ts'
import type { ScopeFields } from '../parts/scope-fields.ts'
import { NEEDS } from '../permission.ts'
import { href } from '../route.ts'
import { timeOf } from '../zoned-time.ts'
import '../parts/link-user.ts'
import '../parts/needs-role.ts'
import '../parts/scope-fields.ts'
import '../parts/issued-token.ts'

const ORDER = ['single-use', 'daily', 'monthly', 'none'] as const satisfies RefreshPolicy[]

interface Fields {
  user: string
  label: string
  refresh: RefreshPolicy
  /** Local times in `timeZone`, as date fields write them. */
  from: string
  to: string
  timeZone: string
  overlap: string
  singleUseTtl: string
  resources: string[]
  origins: string[]
}

export class NewTokenPage extends PageElement {
  static override properties = {
    fields: { state: true },
    issued: { state: true },
    isLinking: { state: true },
    linked: { state: true },
  }
  declare fields: Fields
  declare issued: IssuedToken | undefined
  /** Whether the dialog that links the user is open over the form. */
  declare isLinking: boolean
  /** What that dialog did, in words. */
  declare linked: string | undefined
  readonly #making = new Deed(this)
  readonly #attempt = new Attempt()

  override connectedCallback(): void {
    super.connectedCallback()
    this.fields ??= {
      user: this.route.query.user ?? '',
      label: '',
      refresh: 'single-use',
      from: '',
      to: '',
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      overlap: '',
      singleUseTtl: '',
      resources: [],
      origins: [],
    }
  }

  protected override render(): TemplateResult {
    const { form } = this.words
    if (this.issued)
      return html`
        <h1 tabindex="-1"><a href=${href(['tokens', this.issued.id])}>${given(this.issued.label || this.words.token.of(this.issued.user))}</a></h1>
        <p>${idOf(this.issued.id)}</p>
        <issued-token .issued=${this.issued}></issued-token>
      `
    const { user, label, refresh } = this.fields
    const { error, isBusy } = this.#making
    return html`
      <h1 tabindex="-1">${form.title}</h1>
      <form class="stack" novalidate @submit=${this.#submit}>
        <div class="fields">
          <wa-input label=${form.user} required autocomplete="off" spellcheck="false" .value=${user} @input=${this.#setField('user')}>
            ${hint(form.userHint, mistakeIn(this.words, error, 'user'))}
          </wa-input>
          <wa-input label=${form.label} autocomplete="off" maxlength=${LONGEST_LABEL} .value=${label} @input=${this.#setField('label')}>
            ${hint(form.labelHint, mistakeIn(this.words, error, 'label'))}
          </wa-input>
        </div>
        <wa-radio-group label=${form.refresh} name="refresh" .value=${refresh} @change=${this.#choosePolicy}>
          ${ORDER.map((policy) => html`<wa-radio value=${policy}>${form.policies[policy]}</wa-radio>`)}
        </wa-radio-group>
        <div class="fields">${this.#times()}</div>
        <scope-fields
          class="fields"
          .resources=${this.fields.resources}
          .origins=${this.fields.origins}
          .error=${error}
          @change=${(event: Event) => {
            const { resources, origins } = event.currentTarget as ScopeFields
            this.fields = { ...this.fields, resources, origins }
          }}
        ></scope-fields>
        ${this.#meaning()} ${error ? this.#failure(error) : nothing}
        ${this.linked ? html`<wa-callout variant="success" role="status">${this.linked}</wa-callout>` : nothing}
        <wa-button type="submit" variant="brand" ?loading=${isBusy}>${form.submit}</wa-button>
      </form>
      ${
        this.isLinking
          ? html`<link-user
              .user=${null}
              .name=${user.trim()}
              @linked=${(event: CustomEvent<{ text: string }>) => {
                this.linked = event.detail.text
                this.#making.dismissError()
              }}
              @close=${() => {
                this.isLinking = false
              }}
            ></link-user>`
          : nothing
      }
    `
  }

  #failure(error: EdgeError): TemplateResult {
    const isUnlinked = error.code === 'user_not_linked'
    return html`
      ${problem(this.words, error)}
      ${
        isUnlinked
          ? html`<wa-button
              appearance="outlined"
              ?disabled=${!this.session.may(NEEDS.manage)}
              @click=${() => {
                this.isLinking = true
              }}
              >${this.words.users.link}</wa-button
            ><needs-role .deeds=${[[this.words.users.link, NEEDS.manage]]}></needs-role>`
          : nothing
      }
    `
  }

  #times(): TemplateResult {
    const { form } = this.words
    const { refresh, from, to, timeZone, singleUseTtl, overlap } = this.fields
    const { error } = this.#making
    const zones = [...new Set(['UTC', timeZone, ...Intl.supportedValuesOf('timeZone')])]
    return html`
      <wa-input type="datetime-local" name="from" label=${form.from} with-clear .value=${from} @input=${this.#setField('from')}>
        ${hint(form.fromHint, mistakeIn(this.words, error, 'from'))}
      </wa-input>
      <wa-input type="datetime-local" name="to" label=${form.to} with-clear .value=${to} @input=${this.#setField('to')}>
        ${hint(form.toHint, mistakeIn(this.words, error, 'to'))}
      </wa-input>
      <label>
        ${form.timeZone}
        <select aria-describedby="zone-hint" .value=${timeZone} @change=${this.#setField('timeZone')}>
          ${zones.map((zone) => html`<option value=${zone} ?selected=${zone === timeZone}>${zone}</option>`)}
        </select>
        <span class="fine" id="zone-hint">${form.timeZoneHint}</span>
      </label>
      ${
        refresh === 'single-use'
          ? html`<wa-input type="number" min=${SINGLE_USE_SECONDS.least} max=${SINGLE_USE_SECONDS.most} label=${form.singleUseTtl} placeholder=${SINGLE_USE_SECONDS.default} .value=${singleUseTtl} @input=${this.#setField('singleUseTtl')}>
              ${hint(form.singleUseTtlHint, mistakeIn(this.words, error, 'single_use_ttl'))}
            </wa-input>`
          : html`<wa-input type="number" min=${OVERLAP_SECONDS.least} max=${OVERLAP_SECONDS.most} label=${form.overlap} placeholder=${DEFAULT_OVERLAP[refresh]} .value=${overlap} @input=${this.#setField('overlap')}>
              ${hint(form.overlapHint, mistakeIn(this.words, error, 'overlap'))}
            </wa-input>`
      }
    `
  }

  #meaning(): TemplateResult | typeof nothing {
    const meaning = meaningOf(this.words, this.#draft(), this.session.deployment)
    if (!meaning) return nothing
    const { sentences, warning } = meaning
    return html`
      <wa-callout variant="brand">
        <wa-icon slot="icon" name="info"></wa-icon>
        <strong id="meaning">${this.words.form.meaning}</strong>
        <ul aria-live="polite" aria-labelledby="meaning">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
      </wa-callout>
      ${
        warning
          ? html`<wa-callout variant="warning">
              <wa-icon slot="icon" name="triangle-alert"></wa-icon>${warning}
            </wa-callout>`
          : nothing
      }
    `
  }

  #setField(field: Exclude<keyof Fields, 'resources' | 'origins' | 'refresh'>): (event: Event) => void {
    return (event) => {
      this.fields = { ...this.fields, [field]: fieldValue(event) }
    }
  }

  #choosePolicy = (event: Event): void => {
    const refresh = REFRESH_POLICIES.find((policy) => policy === fieldValue(event))
    if (refresh) this.fields = { ...this.fields, refresh }
  }

  #draft(): Draft {
    const { user, refresh, from, to, timeZone, overlap, singleUseTtl, resources, origins } = this.fields
    return {
      user: user.trim(),
      refresh,
      from: from ? timeOf(from, timeZone) : null,
      to: to ? timeOf(to, timeZone) : null,
      timeZone,
      overlap: overlap === '' ? DEFAULT_OVERLAP[refresh] : Number(overlap),
      singleUseTtl: singleUseTtl === '' ? SINGLE_USE_SECONDS.default : Number(singleUseTtl),
      resources,
      origins,
    }
  }

  #request(): TokenRequest {
    const draft = this.#draft()
    const { label, overlap, singleUseTtl } = this.fields
    const isSingleUse = draft.refresh === 'single-use'
    return {
      user: draft.user,
      refresh: draft.refresh,
      time_zone: draft.timeZone,
      ...(label.trim() && { label: label.trim() }),
      ...(draft.from && { from: draft.from }),
      ...(draft.to && { to: draft.to }),
      ...(draft.resources.length > 0 && { resources: draft.resources }),
      ...(draft.origins.length > 0 && { origins: draft.origins }),
      ...(isSingleUse && singleUseTtl !== '' && { single_use_ttl: draft.singleUseTtl }),
      ...(!isSingleUse && overlap !== '' && { overlap: draft.overlap }),
    }
  }

  #submit = (event: Event): void => {
    event.preventDefault()
    void this.#making.run(async () => {
      this.linked = undefined
      const request = this.#request()
      refuseMistakes(wrongTimes(this.words, { from: request.from, to: request.to }, this))
      const idempotencyKey = this.#attempt.keyFor(request)
      this.issued = await this.session.ask((edge) => edge.tokens.create(request, { idempotencyKey }))
    })
  }
}
customElements.define('new-token-page', NewTokenPage)
