import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { ChangedToken, TokenRecord, UpdateRequest } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { LONGEST_LABEL } from '../../worker/policy/bounds.ts'
import { ConsoleElement } from '../element.ts'
import { typed } from '../field-values.ts'
import { dateTimeIn } from '../formats.ts'
import { instantOf, localOf } from '../zoned-time.ts'
import { hint, mistakeIn, problem } from './problem.ts'
import type { ScopeFields } from './scope-fields.ts'
import './scope-fields.ts'

interface Fields {
  label: string
  /** As a date field writes it, in the record's zone. */
  to: string
  resources: string[]
  origins: string[]
}

/**
 * Changes a record, in a dialog. What is sent names only what the person changed, and the version that they saw:
 * where somebody else was faster, both are shown before anything is saved. Fires `saved` and `close`.
 */
export class EditToken extends ConsoleElement {
  static override properties = {
    ...ConsoleElement.properties,
    record: { attribute: false },
    fields: { state: true },
    theirs: { state: true },
    error: { state: true },
    busy: { state: true },
  }
  /** As it was when the dialog opened. */
  declare record: TokenRecord
  declare fields: Fields
  /** As somebody else left it since. */
  declare theirs: TokenRecord | undefined
  declare error: unknown
  declare busy: boolean
  /** What the fields are compared with; kept, though the page around may load the record anew. */
  #base: TokenRecord | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.#begin(this.record)
  }

  #begin(record: TokenRecord): void {
    this.#base = record
    this.theirs = undefined
    this.fields = fieldsOf(record)
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    // Whoever saves is at the end of the form, and what went wrong stands at its beginning.
    if (changed.has('theirs') || changed.has('error'))
      this.querySelector('wa-callout')?.scrollIntoView({ block: 'center' })
  }

  protected override render(): TemplateResult {
    const { edit, form } = this.words
    const { label, to, resources, origins } = this.fields
    const hasEnded = this.record.status === 'revoked' || this.record.status === 'expired'
    return html`
      <wa-dialog label=${edit.title} open @wa-after-hide=${this.#close}>
        <form id="edit-token" class="stack" novalidate @submit=${this.#save}>
          <p>${edit.text}</p>
          ${this.theirs ? this.#conflict(this.theirs) : nothing}
          ${this.error ? problem(this.words, this.error) : nothing}
          <wa-input
            label=${form.label}
            maxlength=${LONGEST_LABEL}
            autocomplete="off"
            .value=${label}
            @input=${(event: Event) => this.#set({ label: typed(event) })}
          >
            ${hint(form.labelHint, mistakeIn(this.error, 'label'))}
          </wa-input>
          ${
            hasEnded
              ? nothing
              : html`<wa-input
                    type="datetime-local"
                    label="${form.to} (${this.record.time_zone})"
                    with-clear
                    .value=${to}
                    @input=${(event: Event) => this.#set({ to: typed(event) })}
                  >
                    ${hint(form.toHint, mistakeIn(this.error, 'to'))}
                  </wa-input>
                  <scope-fields
                    class="stack"
                    .session=${this.session}
                    .words=${this.words}
                    .resources=${resources}
                    .origins=${origins}
                    .error=${this.error}
                    @change=${(event: Event) => {
                      const scope = event.currentTarget as ScopeFields
                      this.#set({ resources: scope.resources, origins: scope.origins })
                    }}
                  ></scope-fields>`
          }
        </form>
        <wa-button slot="footer" appearance="outlined" ?disabled=${this.busy} @click=${this.#close}>${this.words.cancel}</wa-button>
        <wa-button slot="footer" variant="brand" ?loading=${this.busy} @click=${this.#save}>
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
    if (differs('label')) differences.push([form.label, theirs.label ?? '–'])
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
        <wa-button size="s" appearance="outlined" @click=${() => this.#begin(theirs)}>${edit.takeTheirs}</wa-button>
      </wa-callout>
    `
  }

  #set(change: Partial<Fields>): void {
    this.fields = { ...this.fields, ...change }
  }

  /** What the person changed, and nothing else. */
  #changes(base: TokenRecord): UpdateRequest {
    const before = fieldsOf(base)
    const { label, to, resources, origins } = this.fields
    const same = (one: string[], other: string[]) => JSON.stringify(one) === JSON.stringify(other)
    return {
      ...(label !== before.label && { label: label || null }),
      ...(to !== before.to && {
        // What can't be read is sent as it is, for the edge to say so: never taken for no end.
        to: to ? (instantOf(to, base.time_zone) ?? to) : null,
      }),
      ...(!same(resources, before.resources) && { resources: resources.length > 0 ? resources : null }),
      ...(!same(origins, before.origins) && { origins: origins.length > 0 ? origins : null }),
    }
  }

  #save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const base = this.#base
    if (this.busy || !base) return
    const changes = this.#changes(base)
    if (Object.keys(changes).length === 0) return this.#close()
    this.busy = true
    this.error = undefined
    const ifVersion = this.theirs?.version ?? base.version
    try {
      const changed = await this.session.ask((edge) => edge.tokens.update(base.id, changes, { ifVersion }))
      this.dispatchEvent(new CustomEvent<ChangedToken>('saved', { detail: changed }))
      this.#close()
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      if (error.code === 'precondition_failed') await this.#meet(base.id)
      else this.error = error
    } finally {
      this.busy = false
    }
  }

  async #meet(id: string): Promise<void> {
    try {
      this.theirs = await this.session.ask((edge) => edge.tokens.get(id))
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      this.error = error
    }
  }

  #close = (): void => {
    this.dispatchEvent(new Event('close'))
  }
}
customElements.define('edit-token', EditToken)

function fieldsOf({ label, to, time_zone, resources, origins }: TokenRecord): Fields {
  return {
    label: label ?? '',
    to: to === null ? '' : localOf(to, time_zone),
    resources: resources ?? [],
    origins: origins ?? [],
  }
}
