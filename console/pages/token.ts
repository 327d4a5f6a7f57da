import { initialState, Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { ChangedToken, EffectiveBy, IssuedToken, TokenRecord } from '../../client/api-types.ts'
import { Deed } from '../deed.ts'
import { ConsoleElement } from '../element.ts'
import { dateTime, dateTimeIn, duration } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import { endOfToken } from '../meaning.ts'
import { auditTable } from '../parts/audit-table.ts'
import type { ConfirmDialog } from '../parts/confirm-dialog.ts'
import { keepFocus } from '../parts/dialog-element.ts'
import { loaded } from '../parts/loaded.ts'
import { idOf, named } from '../parts/named.ts'
import { problemOfChange } from '../parts/problem.ts'
import { statusBadge } from '../parts/status-badge.ts'
import { validityBar } from '../parts/validity-bar.ts'
import { NEEDS } from '../permission.ts'
import { href } from '../route.ts'
import { isKnownZone } from '../zoned-time.ts'
import '../parts/confirm-dialog.ts'
import '../parts/edit-token.ts'
import '../parts/effect-note.ts'
import '../parts/explain-form.ts'
import '../parts/issued-token.ts'
import '../parts/needs-role.ts'

/** An open dialog, with the record as it was shown when the person opened it. */
interface Dialog {
  kind: 'rotate' | 'revoke' | 'edit'
  record: TokenRecord
}
/** How many entries of the audit trail the page shows; the rest is a link away. */
const MOST_AUDIT = 20
/** Generations are numbered by the milliseconds of their beginning; smaller numbers count the rotations of version 0.1.0. */
const FIRST_DATED_GENERATION = 1_000_000_000_000

/** One token record. The page stays with its record, whatever the address says by then. */
export class TokenPage extends ConsoleElement {
  static override properties = {
    recordId: { attribute: false },
    dialog: { state: true },
    issued: { state: true },
    done: { state: true },
  }
  declare recordId: string
  declare dialog: Dialog | undefined
  declare issued: IssuedToken | undefined
  declare done: { text: string; effect: EffectiveBy } | undefined
  readonly #deed = new Deed(this)

  #record = new Task(this, {
    args: () => [this.recordId] as const,
    task: ([id], { signal }) => this.session.ask((edge) => edge.tokens.get(id, { signal }), signal),
  })
  #audit = new Task(this, {
    args: () => [this.recordId, this.session.may(NEEDS.read)] as const,
    task: ([target, mayRead], { signal }) =>
      mayRead
        ? this.session.ask((edge) => edge.audit.page({ target, limit: MOST_AUDIT }, { signal }), signal)
        : initialState,
  })

  protected override render(): TemplateResult {
    const record = this.#record.value
    return html`
      <header class="page-head">
        <h1 tabindex="-1">${record ? given(record.label || this.words.token.of(record.user)) : this.words.token.title}</h1>
        ${record ? statusBadge(this.words.status, record.status) : nothing}
      </header>
      <p>${idOf(this.recordId)}</p>
      ${this.done ? html`<effect-note .text=${this.done.text} .effect=${this.done.effect}></effect-note>` : nothing}
      ${this.#deed.error ? problemOfChange(this.words, this.#deed.error, this.words.token.lost) : nothing}
      ${loaded(this.words, this.#record, this.#show, this.#show)}
    `
  }

  #show = (record: TokenRecord): TemplateResult => {
    const { token } = this.words
    const isLive = record.status === 'active' || record.status === 'pending'
    const isRevoked = record.status === 'revoked'
    const get = record.refresh === 'single-use' ? token.getNew : token.getCurrent
    const mayManage = this.session.may(NEEDS.manage)
    const deeds = [
      ...(isLive
        ? ([
            [get, NEEDS.issue],
            [token.rotate, NEEDS.manage],
          ] as const)
        : []),
      [token.edit, NEEDS.manage],
      ...(isRevoked ? [] : ([[token.revoke, NEEDS.manage]] as const)),
    ] as const
    return html`
      <div class="row" role="group" aria-label=${this.words.users.actions} aria-describedby="token-needs">
        ${
          isLive
            ? html`<wa-button variant="brand" ?disabled=${!this.session.may(NEEDS.issue)} ?loading=${this.#deed.isBusy} @click=${this.#getToken}>
                  <wa-icon slot="start" name="key-round"></wa-icon>
                  ${get}
                </wa-button>
                <wa-button appearance="outlined" ?disabled=${!mayManage} @click=${() => this.#openDialog('rotate', record)}>
                  <wa-icon slot="start" name="rotate-cw"></wa-icon>${token.rotate}
                </wa-button>`
            : nothing
        }
        <wa-button appearance="outlined" ?disabled=${!mayManage} @click=${() => this.#openDialog('edit', record)}>
          <wa-icon slot="start" name="pencil"></wa-icon>${token.edit}
        </wa-button>
        ${
          isRevoked
            ? nothing
            : html`<wa-button variant="danger" appearance="outlined" ?disabled=${!mayManage} @click=${() => this.#openDialog('revoke', record)}>
                <wa-icon slot="start" name="trash-2"></wa-icon>${token.revoke}
              </wa-button>`
        }
      </div>
      <needs-role id="token-needs" .deeds=${deeds}></needs-role>
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
        <needs-role .deeds=${[[token.audit, NEEDS.read]]}></needs-role>
        ${loaded(
          this.words,
          this.#audit,
          ({ items, next_cursor }) => html`
            ${auditTable(this.words, items, this.session.deployment?.actor, record.id)}
            ${next_cursor === null ? nothing : html`<p><a href=${href(['audit'], { target: record.id })}>${token.auditAll}</a></p>`}
          `,
        )}
      </wa-card>
      ${this.dialog ? this.#openedDialog(this.dialog) : nothing}
    `
  }

  #facts(record: TokenRecord): TemplateResult {
    const { token, policy, never, validity } = this.words
    const hasPeriods = record.refresh === 'daily' || record.refresh === 'monthly'
    const metadata = Object.entries(record.metadata)
    return html`
      <dl>
        ${fact(token.user, html`<a href=${this.session.may(NEEDS.read) ? href(['users', record.user]) : href(['tokens'], { user: record.user })}>${record.user}</a>`)}
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
            : fact(token.lastRotation, lastRotation(record) ?? never)
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
    if (!isKnownZone(timeZone)) return token.endUnknown(timeZone)
    const end = endOfToken({ refresh, from, to, timeZone, overlap, singleUseTtl: null }, Date.now())
    return end === null ? token.endsNever : dateTimeIn(end, record.time_zone)
  }

  #openedDialog({ kind, record }: Dialog): TemplateResult {
    const { token } = this.words
    const name = isolated(record.label || token.of(record.user))
    switch (kind) {
      case 'rotate':
        return html`<confirm-dialog
          .label=${token.rotateTitle(name)}
          .action=${token.rotate}
          .busy=${this.#deed.isBusy}
          .content=${html`
            ${recordName(record)}
            <p>${record.overlap === 0 ? token.rotateAtOnce : token.rotateAfter(duration(record.overlap))}</p>
            <p>${token.rotateHelp}</p>
          `}
          @confirm=${({ currentTarget }: Event) => this.#rotate(record, currentTarget as ConfirmDialog)}
          @close=${this.#closeDialog}
        ></confirm-dialog>`
      case 'revoke':
        return html`<confirm-dialog
          .label=${token.revokeTitle(name)}
          .action=${token.revoke}
          .dangerous=${true}
          .busy=${this.#deed.isBusy}
          .content=${html`${recordName(record)}<p>${token.revokeText}</p>`}
          @confirm=${({ currentTarget }: Event) => this.#revoke(record, currentTarget as ConfirmDialog)}
          @close=${this.#closeDialog}
        ></confirm-dialog>`
      case 'edit':
        return html`<edit-token
          .record=${record}
          @saved=${(event: CustomEvent<ChangedToken>) => this.#showSaved(event.detail)}
          @close=${this.#closeDialog}
        ></edit-token>`
    }
  }

  #openDialog(kind: Dialog['kind'], record: TokenRecord): void {
    this.#deed.dismissError()
    this.dialog = { kind, record }
  }

  #closeDialog = (): void => {
    this.dialog = undefined
  }

  #showSaved({ effective_by }: ChangedToken): void {
    this.done = { text: this.words.token.changed, effect: effective_by }
    void this.#reload()
  }

  #getToken = (): void => {
    void this.#deed.run(async () => {
      this.issued = undefined
      this.issued = await this.session.ask((edge) => edge.tokens.refresh(this.recordId))
    })
  }

  async #rotate({ id, version: ifVersion }: TokenRecord, dialog: ConfirmDialog): Promise<void> {
    await this.#deed.run(async () => {
      const rotated = await this.session.ask((edge) => edge.tokens.rotate(id, { ifVersion }))
      this.issued = rotated
      if (rotated.effective_by) this.done = { text: this.words.token.rotated, effect: rotated.effective_by }
    })
    await this.#finish(dialog)
  }

  async #revoke({ id }: TokenRecord, dialog: ConfirmDialog): Promise<void> {
    await this.#deed.run(async () => {
      const { effective_by } = await this.session.ask((edge) => edge.tokens.revoke(id))
      this.issued = undefined
      this.done = { text: this.words.token.revoked, effect: effective_by }
    })
    await this.#finish(dialog)
  }

  /** Closes the dialog, and shows the record as it is now: also after a call whose answer was lost. */
  async #finish(dialog: ConfirmDialog): Promise<void> {
    dialog.hide()
    await this.#reload()
  }

  /** Shows the record as it is now, whoever changed it. */
  async #reload(): Promise<void> {
    await Promise.all([this.#record.run(), this.#audit.run()])
    await this.updateComplete
    // The button that opened the dialog may be gone.
    keepFocus()
  }
}
customElements.define('token-page', TokenPage)

/** When the record began its present generation; undefined: with itself. */
function lastRotation({ generation, created_at }: TokenRecord): string | undefined {
  const isFirst = Math.floor(generation / 1000) * 1000 === Date.parse(created_at)
  return isFirst ? undefined : dateTime(new Date(generation).toISOString())
}

function fact(name: string, value: unknown): TemplateResult {
  return html`<dt>${name}</dt><dd>${value}</dd>`
}

function codeList(items: readonly string[]): TemplateResult {
  return html`<ul class="plain">${items.map((item) => html`<li><code class="long">${given(item)}</code></li>`)}</ul>`
}

/** Which record a dialog is about, beside its label: labels need not differ. */
function recordName({ id, user }: TokenRecord): TemplateResult {
  return html`<p>${named(user, id)}</p>`
}
