import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { ChangedToken, TokenRecord, UpdateRequest } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { LONGEST_LABEL } from '../../worker/policy/bounds.ts'
import { Deed } from '../deed.ts'
import { fieldValue } from '../field-values.ts'
import { dateTimeIn } from '../formats.ts'
import { isolated } from '../given-text.ts'
import { knownZone, localOf, timeOf } from '../zoned-time.ts'
import { DialogElement } from './dialog-element.ts'
import { hint, mistakeIn, problem, refuseMistakes, wrongTimes } from './problem.ts'
import type { ScopeFields } from './scope-fields.ts'
import './scope-fields.ts'

interface Fields {
  label: string
  /** Local time in the record's zone, as a date field writes it. */
  to: string
  resources: string[]
  origins: string[]
}

/**
 * A dialog that changes a token record. The request names only the fields that the person changed, and the version
 * that they saw: if somebody else changed the record meanwhile, the person sees how before anything is saved.
 * Fires `saved` and `close`.
 */
export class EditToken extends DialogElement {
  static override properties = {
    record: { attribute: false },
    adding: { attribute: false },
    fields: { state: true },
    theirs: { state: true },
  }
  /** The token record to change. */
  declare record: TokenRecord
  /** What the person came to let it open, or be used on: filled in already. */
  declare adding: { resource?: string; origin?: string } | undefined
  declare fields: Fields
  /** The record as somebody else changed it since the dialog opened. */
  declare theirs: TokenRecord | undefined
  readonly #saving = new Deed(this)
  /** What the fields are compared with. It stays, though the page around may load the record again. */
  #base: TokenRecord | undefined
  #shownError: EdgeError | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    if (!this.#base) this.#startFrom(this.record)
    this.fields = withAdded(this.fields, this.adding)
  }

  #startFrom(record: TokenRecord): void {
    this.#base = record
    this.theirs = undefined
    this.fields = fieldsOf(record)
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    // The button to save is at the end of the form, and what went wrong stands at its beginning.
    const { error } = this.#saving
    if (changed.has('theirs') || error !== this.#shownError)
      this.querySelector('wa-callout')?.scrollIntoView({ block: 'center' })
    this.#shownError = error
  }

  protected override render(): TemplateResult {
    const { edit, form } = this.words
    const { label, to, resources, origins } = this.fields
    const { error } = this.#saving
    const hasEnded = this.record.status === 'revoked' || this.record.status === 'expired'
    return html`
      <wa-dialog label=${edit.title} open @wa-after-hide=${this.afterHide}>
        <form id="edit-token" class="stack" novalidate @submit=${this.#save}>
          <p>${edit.text}</p>
          ${this.theirs ? this.#conflict(this.theirs) : nothing}
          ${error ? problem(this.words, error) : nothing}
          <wa-input
            label=${form.label}
            maxlength=${LONGEST_LABEL}
            autocomplete="off"
            .value=${label}
            @input=${(event: Event) => this.#set({ label: fieldValue(event) })}
          >
            ${hint(form.labelHint, mistakeIn(this.words, error, 'label'))}
          </wa-input>
          ${
            hasEnded
              ? nothing
              : html`<wa-input
                    type="datetime-local"
                    name="to"
                    label="${form.to} (${knownZone(this.record.time_zone)})"
                    with-clear
                    .value=${to}
                    @input=${(event: Event) => this.#set({ to: fieldValue(event) })}
                  >
                    ${hint(form.toHint, mistakeIn(this.words, error, 'to'))}
                  </wa-input>
                  <scope-fields
                    class="stack"
                    .resources=${resources}
                    .origins=${origins}
                    .error=${error}
                    @change=${(event: Event) => {
                      const scope = event.currentTarget as ScopeFields
                      this.#set({ resources: scope.resources, origins: scope.origins })
                    }}
                  ></scope-fields>`
          }
        </form>
        <wa-button slot="footer" appearance="outlined" ?disabled=${this.#saving.isBusy} @click=${this.hide}>${this.words.cancel}</wa-button>
        <wa-button slot="footer" variant="brand" ?loading=${this.#saving.isBusy} @click=${this.#save}>
          ${this.theirs ? edit.keepMine : this.words.save}
        </wa-button>
      </wa-dialog>
    `
  }

  #conflict(theirs: TokenRecord): TemplateResult {
    const { edit, form, token, status } = this.words
    const was = this.record
    const differences: [string, string][] = []
    const differs = (field: 'label' | 'to' | 'resources' | 'origins' | 'status') =>
      JSON.stringify(theirs[field]) !== JSON.stringify(was[field])
    if (differs('label')) differences.push([form.label, theirs.label === null ? '–' : isolated(theirs.label)])
    if (differs('to'))
      differences.push([
        form.to,
        theirs.to ? dateTimeIn(theirs.to, theirs.time_zone) : this.words.validity.forever,
      ])
    if (differs('resources'))
      differences.push([form.resources, theirs.resources?.join(', ') ?? token.anyResource])
    if (differs('origins')) differences.push([form.origins, theirs.origins?.join(', ') ?? token.anyOrigin])
    if (differs('status')) differences.push([this.words.tokens.status, status[theirs.status]])
    return html`
      <wa-callout variant="warning" role="alert">
        <wa-icon slot="icon" name="triangle-alert"></wa-icon>
        <p>${edit.conflict}</p>
        <ul>${differences.map(([field, value]) => html`<li>${edit.theirs(field, value)}</li>`)}</ul>
        <wa-button size="s" appearance="outlined" @click=${() => this.#startFrom(theirs)}>${edit.takeTheirs}</wa-button>
      </wa-callout>
    `
  }

  #set(change: Partial<Fields>): void {
    this.fields = { ...this.fields, ...change }
  }

  /** The fields that the person changed, and no others. */
  #changes(base: TokenRecord): UpdateRequest {
    const before = fieldsOf(base)
    const { label, to, resources, origins } = this.fields
    const same = (one: string[], other: string[]) => JSON.stringify(one) === JSON.stringify(other)
    return {
      ...(label !== before.label && { label: label || null }),
      ...(to !== before.to && { to: to ? timeOf(to, knownZone(base.time_zone)) : null }),
      ...(!same(resources, before.resources) && { resources: resources.length > 0 ? resources : null }),
      ...(!same(origins, before.origins) && { origins: origins.length > 0 ? origins : null }),
    }
  }

  #save = (event: Event): void => {
    event.preventDefault()
    const base = this.#base
    if (!base) return
    const changes = this.#changes(base)
    const wrong = wrongTimes(this.words, { to: changes.to }, this)
    if (Object.keys(changes).length === 0 && wrong.length === 0) {
      this.hide()
      return
    }
    const ifVersion = this.theirs?.version ?? base.version
    void this.#saving.run(async () => {
      refuseMistakes(wrong)
      try {
        const changed = await this.session.ask((edge) => edge.tokens.update(base.id, changes, { ifVersion }))
        this.dispatchEvent(new CustomEvent<ChangedToken>('saved', { detail: changed }))
        this.hide()
      } catch (error) {
        if (!(error instanceof EdgeError && error.code === 'precondition_failed')) throw error
        this.theirs = await this.session.ask((edge) => edge.tokens.get(base.id))
      }
    })
  }
}
customElements.define('edit-token', EditToken)

function withAdded(
  fields: Fields,
  { resource, origin }: { resource?: string; origin?: string } = {},
): Fields {
  const { resources, origins } = fields
  return {
    ...fields,
    resources: resource === undefined || resources.includes(resource) ? resources : [...resources, resource],
    origins: origin === undefined || origins.includes(origin) ? origins : [...origins, origin],
  }
}

function fieldsOf({ label, to, time_zone, resources, origins }: TokenRecord): Fields {
  return {
    label: label ?? '',
    to: to === null ? '' : localOf(to, knownZone(time_zone)),
    resources: resources ?? [],
    origins: origins ?? [],
  }
}
