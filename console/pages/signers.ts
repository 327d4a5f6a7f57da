import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { Signer } from '../../client/api-types.ts'
import { PageElement } from '../element.ts'
import { date, relative } from '../formats.ts'
import { given } from '../given-text.ts'
import { loaded } from '../parts/loaded.ts'
import { moment } from '../parts/moment.ts'
import { idOf } from '../parts/named.ts'
import { pager } from '../parts/pager.ts'
import { statusBadge } from '../parts/status-badge.ts'
import { userList } from '../parts/user-list.ts'
import { NEEDS } from '../permission.ts'
import { href } from '../route.ts'
import '../parts/needs-role.ts'

const LIMIT = 25

export class SignersPage extends PageElement {
  #list = new Task(this, {
    args: () => [this.route.query.cursor] as const,
    task: ([cursor], { signal }) =>
      this.session.ask(
        (edge) => edge.signers.page({ ...(cursor && { cursor }), limit: LIMIT }, { signal }),
        signal,
      ),
  })

  protected override render(): TemplateResult {
    const { signers } = this.words
    const mayChange = this.session.may(NEEDS.changeSigners)
    return html`
      <header class="page-head">
        <h1 tabindex="-1">${signers.title}</h1>
        <span role="group" aria-label=${signers.create} aria-describedby="signers-needs">
          <wa-button variant="brand" ?disabled=${!mayChange} href=${mayChange ? href(['new-signer']) : nothing}>
            <wa-icon slot="start" name="plus"></wa-icon>${signers.create}
          </wa-button>
        </span>
      </header>
      <needs-role id="signers-needs" .deeds=${[[signers.create, NEEDS.changeSigners]]}></needs-role>
      <p>${signers.text}</p>
      ${loaded(
        this.words,
        this.#list,
        ({ items, next_cursor }) => html`
          ${items.length === 0 ? html`<p class="empty" role="status">${signers.empty}</p>` : this.#table(items)}
          ${pager(this.words, this.route, next_cursor)}
        `,
        ({ items }) => this.#table(items),
      )}
    `
  }

  #table(items: readonly Signer[]): TemplateResult {
    const { signers } = this.words
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${signers.name}</th>
            <th scope="col">${signers.status}</th>
            <th scope="col">${signers.users}</th>
            <th scope="col">${signers.tokens}</th>
            <th scope="col">${signers.created}</th>
            <th scope="col">${signers.lastUsed}</th>
          </tr>
        </thead>
        <tbody>${items.map((signer) => this.#row(signer))}</tbody>
      </table>
    `
  }

  #row({ id, name, status, users, single_use, created_at, last_used_at }: Signer): TemplateResult {
    const { signers, never } = this.words
    return html`
      <tr>
        <td data-label=${signers.name}>
          <a href=${href(['signers', id])}>${given(name)}</a>
          ${idOf(`${id.slice(0, 12)}…`)}
        </td>
        <td data-label=${signers.status}>${statusBadge(signers.statuses, status)}</td>
        <td data-label=${signers.users}>${userList(this.words, users)}</td>
        <td data-label=${signers.tokens}>${single_use ? signers.singleUse : signers.reusable}</td>
        <td data-label=${signers.created}>${moment(created_at, date)}</td>
        <td data-label=${signers.lastUsed}>${last_used_at === null ? never : moment(last_used_at, relative)}</td>
      </tr>
    `
  }
}
customElements.define('signers-page', SignersPage)
