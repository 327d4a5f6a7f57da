import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { ChangedToken, EffectiveBy, IssuedToken, TokenRecord } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { PageElement } from '../element.ts'
import { dateTime, dateTimeIn, duration } from '../formats.ts'
import { endOfValue } from '../meaning.ts'
import { auditTable } from '../parts/audit-table.ts'
import { problem } from '../parts/problem.ts'
import { statusBadge } from '../parts/status-badge.ts'
import { validityBar } from '../parts/validity-bar.ts'
import { href } from '../route.ts'
import '../parts/confirm-dialog.ts'
import '../parts/edit-token.ts'
import '../parts/effect-note.ts'
import '../parts/explain-form.ts'
import '../parts/issued-token.ts'

type Deed = 'rotate' | 'revoke' | 'edit'
const MOST_AUDIT = 20

export class TokenPage extends PageElement {
  static override properties = {
    ...PageElement.properties,
    asked: { state: true },
    issued: { state: true },
    done: { state: true },
    error: { state: true },
    busy: { state: true },
  }
  /** Which dialog is open. */
  declare asked: Deed | undefined
  declare issued: IssuedToken | undefined
  declare done: { text: string; effect: EffectiveBy } | undefined
  declare error: unknown
  declare busy: boolean

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
      ${this.done ? html`<effect-note .words=${this.words} .text=${this.done.text} .effect=${this.done.effect}></effect-note>` : nothing}
      ${this.error ? this.#wrong(this.error) : nothing}
      ${this.#record.render({
        pending: () => (record ? this.#show(record) : html`<p role="status">${this.words.loading}</p>`),
        error: (error) => problem(this.words, error, () => this.#record.run()),
        complete: (loaded) => this.#show(loaded),
      })}
    `
  }

  #wrong(error: unknown): TemplateResult {
    const isOpen = error instanceof EdgeError && (error.code === 'unreachable' || error.code === 'timeout')
    return html`${problem(this.words, error)} ${isOpen ? html`<p>${this.words.token.lost}</p>` : nothing}`
  }

  #show(record: TokenRecord): TemplateResult {
    const { token } = this.words
    const isLive = record.status === 'active' || record.status === 'pending'
    return html`
      <div class="row" role="group" aria-label=${this.words.users.actions}>
        ${
          isLive
            ? html`<wa-button variant="brand" ?loading=${this.busy} @click=${this.#getValue}>
                  <wa-icon slot="start" name="key-round"></wa-icon>
                  ${record.refresh === 'single-use' ? token.getSingleUse : token.getValue}
                </wa-button>
                <wa-button appearance="outlined" @click=${() => this.#ask('rotate')}>
                  <wa-icon slot="start" name="rotate-cw"></wa-icon>${token.rotate}
                </wa-button>`
            : nothing
        }
        <wa-button appearance="outlined" @click=${() => this.#ask('edit')}>
          <wa-icon slot="start" name="pencil"></wa-icon>${token.edit}
        </wa-button>
        ${
          record.status === 'revoked'
            ? nothing
            : html`<wa-button variant="danger" appearance="outlined" @click=${() => this.#ask('revoke')}>
                <wa-icon slot="start" name="trash-2"></wa-icon>${token.revoke}
              </wa-button>`
        }
      </div>
      ${
        this.issued
          ? html`<token-value .session=${this.session} .words=${this.words} .issued=${this.issued}></token-value>`
          : nothing
      }
      <wa-card>
        <h2>${token.facts}</h2>
        ${this.#facts(record)}
      </wa-card>
      <wa-card>
        <h2>${token.explainTitle}</h2>
        <p>${token.explainText}</p>
        <explain-form .session=${this.session} .words=${this.words} .record=${record.id}></explain-form>
      </wa-card>
      <wa-card>
        <h2>${token.audit}</h2>
        ${this.#audit.render({
          pending: () => html`<p role="status">${this.words.loading}</p>`,
          error: (error) => problem(this.words, error, () => this.#audit.run()),
          complete: ({ items, next_cursor }) => html`
            ${auditTable(this.words, items, this.session.deployment?.actor, record.id)}
            ${next_cursor === null ? nothing : html`<p><a href=${href(['audit'], { target: record.id })}>${token.auditAll}</a></p>`}
          `,
        })}
      </wa-card>
      ${this.#dialogs(record)}
    `
  }

  #facts(record: TokenRecord): TemplateResult {
    const { token, policy } = this.words
    const list = (items: string[] | null, any: string) =>
      items === null
        ? any
        : html`<ul class="plain">${items.map((item) => html`<li><code class="long">${item}</code></li>`)}</ul>`
    const facts: [string, unknown][] = [
      [token.id, html`<code class="long">${record.id}</code>`],
      [token.user, html`<a href=${href(['tokens'], { user: record.user })}>${record.user}</a>`],
      [token.validity, validityBar(this.words, record)],
      [
        '',
        html`${dateTime(record.from)} – ${record.to === null ? this.words.validity.forever : dateTime(record.to)}`,
      ],
      [token.refresh, policy[record.refresh]],
      ...(record.refresh === 'daily' || record.refresh === 'monthly'
        ? ([[token.timeZone, record.time_zone]] as [string, unknown][])
        : []),
      [token.currentEnds, this.#end(record)],
      ...(record.overlap > 0 ? ([[token.overlap, duration(record.overlap)]] as [string, unknown][]) : []),
      [token.resources, list(record.resources, token.anyResource)],
      [token.origins, list(record.origins, token.anyOrigin)],
      ...(record.region ? ([[token.region, record.region]] as [string, unknown][]) : []),
      [
        token.generation,
        html`${record.generation} <span class="fine">${token.generationText(record.generation)}</span>`,
      ],
      [token.created, dateTime(record.created_at)],
      [
        token.lastUsed,
        html`${record.last_used_at === null ? this.words.never : dateTime(record.last_used_at)} <span class="fine">${token.lastUsedHint}</span>`,
      ],
      ...(Object.keys(record.metadata).length > 0
        ? ([
            [
              token.metadata,
              list(
                Object.entries(record.metadata).map(([name, value]) => `${name}: ${value}`),
                '',
              ),
            ],
          ] as [string, unknown][])
        : []),
    ]
    return html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
  }

  #end(record: TokenRecord): string {
    const { token, none } = this.words
    if (record.status === 'revoked' || record.status === 'expired') return none
    if (record.refresh === 'single-use') return token.endsPerValue(duration(record.single_use_ttl ?? 0))
    const end = endOfValue(
      {
        user: record.user,
        refresh: record.refresh,
        from: record.from,
        to: record.to,
        timeZone: record.time_zone,
        overlap: record.overlap,
        singleUseTtl: 0,
        resources: [],
        origins: [],
      },
      Date.now(),
    )
    return end === null ? token.endsNever : dateTimeIn(end, record.time_zone)
  }

  #dialogs(record: TokenRecord): TemplateResult {
    const { token } = this.words
    const overlap = record.overlap === 0 ? token.rotateAtOnce : token.rotateAfter(duration(record.overlap))
    return html`
      <confirm-dialog
        .words=${this.words}
        .label=${token.rotateTitle}
        .action=${token.rotate}
        .open=${this.asked === 'rotate'}
        .busy=${this.busy}
        @confirm=${() => this.#do(record, 'rotate')}
        @close=${this.#close}
        .content=${html`<p>${token.rotateText(overlap)}</p><p>${token.rotateHelp}</p>`}
      ></confirm-dialog>
      <confirm-dialog
        .words=${this.words}
        .label=${token.revokeTitle}
        .action=${token.revoke}
        .dangerous=${true}
        .open=${this.asked === 'revoke'}
        .busy=${this.busy}
        @confirm=${() => this.#do(record, 'revoke')}
        @close=${this.#close}
        .content=${html`<p>${token.revokeText}</p>`}
      ></confirm-dialog>
      ${
        this.asked === 'edit'
          ? html`<edit-token
              .session=${this.session}
              .words=${this.words}
              .record=${record}
              @saved=${(event: CustomEvent<ChangedToken>) => this.#saved(event.detail)}
              @close=${this.#close}
            ></edit-token>`
          : nothing
      }
    `
  }

  #ask(deed: Deed): void {
    this.error = undefined
    this.asked = deed
  }

  #close = (): void => {
    this.asked = undefined
  }

  #saved({ effective_by }: ChangedToken): void {
    this.done = { text: this.words.token.changed, effect: effective_by }
    this.#reload()
  }

  #getValue = async (): Promise<void> => {
    await this.#run(async () => {
      this.issued = undefined
      this.issued = await this.session.ask((edge) => edge.tokens.refresh(this.#id()))
    })
  }

  async #do(record: TokenRecord, deed: 'rotate' | 'revoke'): Promise<void> {
    const { token } = this.words
    await this.#run(async () => {
      if (deed === 'rotate') {
        const rotated = await this.session.ask((edge) =>
          edge.tokens.rotate(record.id, { ifVersion: record.version }),
        )
        this.issued = rotated
        if (rotated.effective_by) this.done = { text: token.rotated, effect: rotated.effective_by }
      } else {
        const { effective_by } = await this.session.ask((edge) => edge.tokens.revoke(record.id))
        this.issued = undefined
        this.done = { text: token.revoked, effect: effective_by }
      }
    })
    this.asked = undefined
    this.#reload()
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.error = undefined
    try {
      await work()
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      this.error = error
    } finally {
      this.busy = false
    }
  }

  /** What stands now, whoever changed it: after a call whose answer was lost, too. */
  #reload(): void {
    void this.#record.run()
    void this.#audit.run()
  }
}
customElements.define('token-page', TokenPage)
