import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { ChangedToken, EffectiveBy, IssuedToken, TokenRecord } from '../../client/api-types.ts'
import type { EdgeError } from '../../client/edge-error.ts'
import { Deed } from '../deed.ts'
import { PageElement } from '../element.ts'
import { dateTime, dateTimeIn, duration } from '../formats.ts'
import { endOfToken } from '../meaning.ts'
import { auditTable } from '../parts/audit-table.ts'
import { loaded } from '../parts/loaded.ts'
import { problem } from '../parts/problem.ts'
import { statusBadge } from '../parts/status-badge.ts'
import { validityBar } from '../parts/validity-bar.ts'
import { href } from '../route.ts'
import '../parts/confirm-dialog.ts'
import '../parts/edit-token.ts'
import '../parts/effect-note.ts'
import '../parts/explain-form.ts'
import '../parts/issued-token.ts'

type Dialog = 'rotate' | 'revoke' | 'edit'
/** How many entries of the audit trail the page shows; the rest is a link away. */
const MOST_AUDIT = 20
/** Generations are numbered by the milliseconds of their beginning; smaller numbers count the rotations of version 0.1.0. */
const FIRST_DATED_GENERATION = 1_000_000_000_000

export class TokenPage extends PageElement {
  static override properties = {
    dialog: { state: true },
    issued: { state: true },
    done: { state: true },
  }
  /** The dialog that is open. */
  declare dialog: Dialog | undefined
  declare issued: IssuedToken | undefined
  declare done: { text: string; effect: EffectiveBy } | undefined
  readonly #deed = new Deed(this)

  #record = new Task(this, {
    args: () => [this.#id()] as const,
    task: ([id], { signal }) => this.session.ask((edge) => edge.tokens.get(id, { signal }), signal),
  })
  #audit = new Task(this, {
    args: () => [this.#id()] as const,
    task: ([target], { signal }) =>
      this.session.ask((edge) => edge.audit.page({ target, limit: MOST_AUDIT }, { signal }), signal),
  })

  #id(): string {
    return this.route.path[1] ?? ''
  }

  protected override render(): TemplateResult {
    const record = this.#record.value
    return html`
      <header class="page-head">
        <h1 tabindex="-1">${record?.label || html`<code class="long">${this.#id()}</code>`}</h1>
        ${record ? statusBadge(this.words, record.status) : nothing}
      </header>
      ${this.done ? html`<effect-note .text=${this.done.text} .effect=${this.done.effect}></effect-note>` : nothing}
      ${this.#deed.error ? this.#failure(this.#deed.error) : nothing}
      ${loaded(this.words, this.#record, this.#show, this.#show)}
    `
  }

  #failure(error: EdgeError): TemplateResult {
    const mayBeDone = error.code === 'unreachable' || error.code === 'timeout'
    return html`${problem(this.words, error)} ${mayBeDone ? html`<p>${this.words.token.lost}</p>` : nothing}`
  }

  #show = (record: TokenRecord): TemplateResult => {
    const { token } = this.words
    const isLive = record.status === 'active' || record.status === 'pending'
    return html`
      <div class="row" role="group" aria-label=${this.words.users.actions}>
        ${
          isLive
            ? html`<wa-button variant="brand" ?loading=${this.#deed.isBusy} @click=${this.#getToken}>
                  <wa-icon slot="start" name="key-round"></wa-icon>
                  ${record.refresh === 'single-use' ? token.getNew : token.getCurrent}
                </wa-button>
                <wa-button appearance="outlined" @click=${() => this.#openDialog('rotate')}>
                  <wa-icon slot="start" name="rotate-cw"></wa-icon>${token.rotate}
                </wa-button>`
            : nothing
        }
        <wa-button appearance="outlined" @click=${() => this.#openDialog('edit')}>
          <wa-icon slot="start" name="pencil"></wa-icon>${token.edit}
        </wa-button>
        ${
          record.status === 'revoked'
            ? nothing
            : html`<wa-button variant="danger" appearance="outlined" @click=${() => this.#openDialog('revoke')}>
                <wa-icon slot="start" name="trash-2"></wa-icon>${token.revoke}
              </wa-button>`
        }
      </div>
      ${this.issued ? html`<issued-token .issued=${this.issued}></issued-token>` : nothing}
      <wa-card>
        <h2>${token.facts}</h2>
        ${this.#facts(record)}
      </wa-card>
      <wa-card>
        <h2>${token.explainTitle}</h2>
        <p>${token.explainText}</p>
        <explain-form .recordId=${record.id}></explain-form>
      </wa-card>
      <wa-card>
        <h2>${token.audit}</h2>
        ${loaded(
          this.words,
          this.#audit,
          ({ items, next_cursor }) => html`
            ${auditTable(this.words, items, this.session.deployment?.actor, record.id)}
            ${next_cursor === null ? nothing : html`<p><a href=${href(['audit'], { target: record.id })}>${token.auditAll}</a></p>`}
          `,
        )}
      </wa-card>
      ${this.#dialogs(record)}
    `
  }

  #facts(record: TokenRecord): TemplateResult {
    const { token, policy, never, validity } = this.words
    const hasPeriods = record.refresh === 'daily' || record.refresh === 'monthly'
    const metadata = Object.entries(record.metadata)
    return html`
      <dl>
        ${fact(token.id, html`<code class="long">${record.id}</code>`)}
        ${fact(token.user, html`<a href=${href(['tokens'], { user: record.user })}>${record.user}</a>`)}
        ${fact(
          token.validity,
          html`${validityBar(this.words, record)}
          <div>${dateTime(record.from)} – ${record.to === null ? validity.forever : dateTime(record.to)}</div>`,
        )}
        ${fact(token.refresh, policy[record.refresh])}
        ${hasPeriods ? fact(token.timeZone, record.time_zone) : nothing}
        ${fact(token.currentEnds, this.#currentEnd(record))}
        ${record.overlap > 0 ? fact(token.overlap, duration(record.overlap)) : nothing}
        ${fact(token.resources, record.resources ? codeList(record.resources) : token.anyResource)}
        ${fact(token.origins, record.origins ? codeList(record.origins) : token.anyOrigin)}
        ${record.region ? fact(token.region, record.region) : nothing}
        ${
          record.generation < FIRST_DATED_GENERATION
            ? nothing
            : fact(token.generationSince, dateTime(new Date(record.generation).toISOString()))
        }
        ${fact(token.created, dateTime(record.created_at))}
        ${fact(
          token.lastUsed,
          html`${record.last_used_at === null ? never : dateTime(record.last_used_at)}
          <span class="fine">${token.lastUsedHint}</span>`,
        )}
        ${
          metadata.length > 0
            ? fact(token.metadata, codeList(metadata.map(([name, value]) => `${name}: ${value}`)))
            : nothing
        }
      </dl>
    `
  }

  #currentEnd(record: TokenRecord): string {
    const { token, none } = this.words
    if (record.status === 'revoked' || record.status === 'expired') return none
    if (record.refresh === 'single-use') return token.endsEach(duration(record.single_use_ttl ?? 0))
    const { refresh, from, to, overlap, time_zone: timeZone } = record
    const end = endOfToken({ refresh, from, to, timeZone, overlap, singleUseTtl: null }, Date.now())
    return end === null ? token.endsNever : dateTimeIn(end, record.time_zone)
  }

  #dialogs(record: TokenRecord): TemplateResult {
    const { token } = this.words
    const formerTokens =
      record.overlap === 0 ? token.rotateAtOnce : token.rotateAfter(duration(record.overlap))
    return html`
      <confirm-dialog
        .label=${token.rotateTitle}
        .action=${token.rotate}
        .open=${this.dialog === 'rotate'}
        .busy=${this.#deed.isBusy}
        @confirm=${() => this.#rotate(record)}
        @close=${this.#closeDialog}
        .content=${html`<p>${formerTokens}</p><p>${token.rotateHelp}</p>`}
      ></confirm-dialog>
      <confirm-dialog
        .label=${token.revokeTitle}
        .action=${token.revoke}
        .dangerous=${true}
        .open=${this.dialog === 'revoke'}
        .busy=${this.#deed.isBusy}
        @confirm=${() => this.#revoke(record)}
        @close=${this.#closeDialog}
        .content=${html`<p>${token.revokeText}</p>`}
      ></confirm-dialog>
      ${
        this.dialog === 'edit'
          ? html`<edit-token
              .record=${record}
              @saved=${(event: CustomEvent<ChangedToken>) => this.#showSaved(event.detail)}
              @close=${this.#closeDialog}
            ></edit-token>`
          : nothing
      }
    `
  }

  #openDialog(dialog: Dialog): void {
    this.#deed.dismissError()
    this.dialog = dialog
  }

  #closeDialog = (): void => {
    this.dialog = undefined
  }

  #showSaved({ effective_by }: ChangedToken): void {
    this.done = { text: this.words.token.changed, effect: effective_by }
    this.#reload()
  }

  #getToken = (): void => {
    void this.#deed.run(async () => {
      this.issued = undefined
      this.issued = await this.session.ask((edge) => edge.tokens.refresh(this.#id()))
    })
  }

  async #rotate({ id, version: ifVersion }: TokenRecord): Promise<void> {
    await this.#deed.run(async () => {
      const rotated = await this.session.ask((edge) => edge.tokens.rotate(id, { ifVersion }))
      this.issued = rotated
      if (rotated.effective_by) this.done = { text: this.words.token.rotated, effect: rotated.effective_by }
    })
    this.dialog = undefined
    this.#reload()
  }

  async #revoke({ id }: TokenRecord): Promise<void> {
    await this.#deed.run(async () => {
      const { effective_by } = await this.session.ask((edge) => edge.tokens.revoke(id))
      this.issued = undefined
      this.done = { text: this.words.token.revoked, effect: effective_by }
    })
    this.dialog = undefined
    this.#reload()
  }

  /** Shows the record as it is now, whoever changed it, and also after a call whose answer was lost. */
  #reload(): void {
    void this.#record.run()
    void this.#audit.run()
  }
}
customElements.define('token-page', TokenPage)

function fact(name: string, value: unknown): TemplateResult {
  return html`<dt>${name}</dt><dd>${value}</dd>`
}

function codeList(items: readonly string[]): TemplateResult {
  return html`<ul class="plain">${items.map((item) => html`<li><code class="long">${item}</code></li>`)}</ul>`
}
