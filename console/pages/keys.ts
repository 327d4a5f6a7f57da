import { ContextConsumer } from '@lit/context'
import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { Key, KeyEffect } from '../../client/api-types.ts'
import { keyEffect } from '../../worker/policy/effect.ts'
import { MINUTE } from '../../worker/policy/time.ts'
import { entranceContext } from '../contexts.ts'
import { Deed } from '../deed.ts'
import { PageElement } from '../element.ts'
import { date, dateTime, duration, relative } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import type { ConfirmDialog } from '../parts/confirm-dialog.ts'
import { keepFocus } from '../parts/dialog-element.ts'
import { loaded } from '../parts/loaded.ts'
import { moment } from '../parts/moment.ts'
import { idOf } from '../parts/named.ts'
import { pager } from '../parts/pager.ts'
import { problemOfChange } from '../parts/problem.ts'
import { statusBadge, thisKeyTag } from '../parts/status-badge.ts'
import { userList } from '../parts/user-list.ts'
import { NEEDS } from '../permission.ts'
import { href } from '../route.ts'
import '../parts/confirm-dialog.ts'
import '../parts/effect-note.ts'
import '../parts/needs-role.ts'

const LIMIT = 25

export class KeysPage extends PageElement {
  static override properties = {
    revoking: { state: true },
    done: { state: true },
  }
  /** The key that the open dialog is about. */
  declare revoking: Key | undefined
  declare done: { text: string; effect: KeyEffect } | undefined
  readonly #entrance = new ContextConsumer(this, { context: entranceContext })
  readonly #deed = new Deed(this)

  #list = new Task(this, {
    args: () => [this.route.query.cursor] as const,
    task: ([cursor], { signal }) =>
      this.session.ask(
        (edge) => edge.keys.page({ ...(cursor && { cursor }), limit: LIMIT }, { signal }),
        signal,
      ),
  })

  protected override render(): TemplateResult {
    const { keys } = this.words
    const mayAdminister = this.session.may(NEEDS.administer)
    return html`
      <header class="page-head">
        <h1 tabindex="-1">${keys.title}</h1>
        <wa-button
          variant="brand"
          ?disabled=${!mayAdminister}
          href=${mayAdminister ? href(['new-key']) : nothing}
        >
          <wa-icon slot="start" name="plus"></wa-icon>${keys.create}
        </wa-button>
      </header>
      <needs-role
        id="keys-needs"
        .deeds=${[[keys.create, NEEDS.administer], [keys.revoke, NEEDS.administer]]}
      ></needs-role>
      <p>${keys.text}</p>
      ${this.done ? html`<effect-note .text=${this.done.text} .effect=${this.done.effect}></effect-note>` : nothing}
      ${this.#deed.error ? problemOfChange(this.words, this.#deed.error, keys.lost) : nothing}
      ${loaded(
        this.words,
        this.#list,
        ({ items, next_cursor }) => html`
          ${items.length === 0 ? html`<p class="empty" role="status">${keys.empty}</p>` : this.#table(items)}
          ${pager(this.words, this.route, next_cursor)}
        `,
        ({ items }) => this.#table(items),
      )}
      ${this.revoking ? this.#dialog(this.revoking) : nothing}
    `
  }

  #table(items: readonly Key[]): TemplateResult {
    const { keys } = this.words
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${keys.name}</th>
            <th scope="col">${keys.role}</th>
            <th scope="col">${keys.users}</th>
            <th scope="col">${keys.status}</th>
            <th scope="col">${keys.created}</th>
            <th scope="col">${keys.ends}</th>
            <th scope="col">${keys.lastUsed}</th>
            <th scope="col">${this.words.users.actions}</th>
          </tr>
        </thead>
        <tbody>${items.map((key) => this.#row(key))}</tbody>
      </table>
    `
  }

  #row(key: Key): TemplateResult {
    const { keys, roles, never } = this.words
    const { id, name, role, users, status, created_at, expires_at, last_used_at } = key
    return html`
      <tr>
        <td data-label=${keys.name}>
          <span>${given(name)} ${this.#isOwn(key) ? thisKeyTag(this.words) : nothing}</span>
          ${idOf(`${id.slice(0, 12)}…`)}
        </td>
        <td data-label=${keys.role}><span title=${roles[role].does}>${roles[role].name}</span></td>
        <td data-label=${keys.users}>${userList(this.words, users)}</td>
        <td data-label=${keys.status}>${statusBadge(keys.statuses, status)}</td>
        <td data-label=${keys.created}>${moment(created_at, date)}</td>
        <td data-label=${keys.ends}>${expires_at === null ? never : moment(expires_at, dateTime)}</td>
        <td data-label=${keys.lastUsed}>${last_used_at === null ? never : moment(last_used_at, relative)}</td>
        <td data-label=${this.words.users.actions}>${status === 'active' ? this.#revokeButton(key) : nothing}</td>
      </tr>
    `
  }

  #revokeButton(key: Key): TemplateResult {
    return html`
      <span role="group" aria-label=${isolated(key.name)} aria-describedby="keys-needs">
        <wa-button
          size="s"
          appearance="outlined"
          variant="danger"
          ?disabled=${!this.session.may(NEEDS.administer)}
          @click=${() => this.#openRevoking(key)}
          >${this.words.keys.revoke}</wa-button
        >
      </span>
    `
  }

  #dialog(key: Key): TemplateResult {
    const { keys, roles } = this.words
    const isOwn = this.#isOwn(key)
    // A key's lease is a minute at most, whatever the deployment says.
    const revocationLease = this.session.deployment?.revocation_lease ?? MINUTE
    return html`
      <confirm-dialog
        .label=${keys.revokeTitle(isolated(key.name))}
        .action=${isOwn ? keys.revokeAndLeave : keys.revoke}
        .dangerous=${true}
        .busy=${this.#deed.isBusy}
        .content=${html`
          ${
            isOwn
              ? html`<wa-callout variant="warning">
            <wa-icon slot="icon" name="triangle-alert"></wa-icon>${keys.revokeOwn}
          </wa-callout>`
              : nothing
          }
          <p>${roles[key.role].name} · ${idOf(key.id)}</p>
          <p>${keys.revokeText(duration(keyEffect(0, { revocationLease })))}</p>
        `}
        @confirm=${({ currentTarget }: Event) => this.#revoke(key, currentTarget as ConfirmDialog)}
        @close=${() => {
          this.revoking = undefined
        }}
      ></confirm-dialog>
    `
  }

  #isOwn({ id }: Key): boolean {
    return id === this.session.key.id
  }

  #openRevoking(key: Key): void {
    this.#deed.dismissError()
    this.revoking = key
  }

  async #revoke(key: Key, dialog: ConfirmDialog): Promise<void> {
    await this.#deed.run(async () => {
      const { effective_by } = await this.session.ask((edge) => edge.keys.revoke(key.id))
      if (this.#isOwn(key)) return this.#entrance.value?.signOut()
      this.done = { text: this.words.keys.revoked(isolated(key.name)), effect: effective_by }
    })
    dialog.hide()
    await this.#list.run()
    await this.updateComplete
    // The button that opened the dialog may be gone.
    keepFocus()
  }
}
customElements.define('keys-page', KeysPage)
