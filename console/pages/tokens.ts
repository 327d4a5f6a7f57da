import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { TokenRecord } from '../../client/api-types.ts'
import { SEARCH_TEXT } from '../../worker/policy/bounds.ts'
import { PageElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { relative } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import { loaded } from '../parts/loaded.ts'
import { moment } from '../parts/moment.ts'
import { idOf } from '../parts/named.ts'
import { pager } from '../parts/pager.ts'
import { statusBadge } from '../parts/status-badge.ts'
import { validityBar } from '../parts/validity-bar.ts'
import { NEEDS } from '../permission.ts'
import { go, href } from '../route.ts'
import '../parts/needs-role.ts'
import '../parts/search-field.ts'

const STATUSES = ['active', 'pending', 'expired', 'revoked'] as const
const LIMIT = 25

export class TokensPage extends PageElement {
  #list = new Task(this, {
    args: () => {
      const { text, user, status, cursor } = this.route.query
      return [text, user, status, cursor] as const
    },
    task: ([text, user, status, cursor], { signal }) => {
      const filter = {
        ...(text && { text }),
        ...(user && { user }),
        ...(isStatus(status) && { status }),
        ...(cursor && { cursor }),
        limit: LIMIT,
      }
      return this.session.ask((edge) => edge.tokens.page(filter, { signal }), signal)
    },
  })

  protected override render(): TemplateResult {
    const { tokens } = this.words
    const { text = '', user, status = '' } = this.route.query
    const mayIssue = this.session.may(NEEDS.issue)
    return html`
      <header class="page-head">
        <h1 tabindex="-1">${tokens.title}</h1>
        <wa-button
          variant="brand"
          ?disabled=${!mayIssue}
          href=${mayIssue ? href(['new-token'], { user }) : nothing}
        >
          <wa-icon slot="start" name="plus"></wa-icon>${tokens.create}
        </wa-button>
      </header>
      <needs-role .deeds=${[[tokens.create, NEEDS.issue]]}></needs-role>
      <form class="row" role="search" @submit=${(event: Event) => event.preventDefault()}>
        <search-field
          class="grows"
          .label=${tokens.search}
          .hint=${tokens.searchHint}
          .text=${text}
          .least=${SEARCH_TEXT.least}
          @search=${(event: CustomEvent<string>) => this.#narrow({ text: event.detail })}
        ></search-field>
        <wa-select label=${tokens.status} .value=${status || 'all'} @change=${this.#chooseStatus}>
          <wa-option value="all">${tokens.all}</wa-option>
          ${STATUSES.map((name) => html`<wa-option value=${name}>${this.words.status[name]}</wa-option>`)}
        </wa-select>
      </form>
      ${
        user
          ? html`<p class="chosen">
              ${tokens.userFilter(isolated(user))}
              <wa-button size="s" appearance="outlined" href=${href(['tokens'], { text, status })}>${tokens.clearUser}</wa-button>
            </p>`
          : nothing
      }
      ${loaded(
        this.words,
        this.#list,
        ({ items, next_cursor }) => html`
          ${items.length === 0 ? this.#emptyNote() : this.#table(items)}
          ${pager(this.words, this.route, next_cursor)}
        `,
      )}
    `
  }

  #emptyNote(): TemplateResult {
    const { tokens } = this.words
    const isNarrowed = Object.keys(this.route.query).length > 0
    return html`<p class="empty" role="status">${isNarrowed ? tokens.empty : tokens.emptyAtAll}</p>`
  }

  #table(items: readonly TokenRecord[]): TemplateResult {
    const { tokens } = this.words
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${tokens.label}</th>
            <th scope="col">${tokens.user}</th>
            <th scope="col">${tokens.status}</th>
            <th scope="col">${tokens.refresh}</th>
            <th scope="col">${tokens.validity}</th>
            <th scope="col">${tokens.lastUsed}</th>
            <th scope="col">${tokens.scope}</th>
          </tr>
        </thead>
        <tbody>
          ${items.map(
            (record) => html`
              <tr>
                <td data-label=${tokens.label}>
                  <a href=${href(['tokens', record.id])}>${given(record.label || this.words.token.of(record.user))}</a>
                  ${idOf(`${record.id.slice(0, 12)}…`)}
                </td>
                <td data-label=${tokens.user}>${record.user}</td>
                <td data-label=${tokens.status}>${statusBadge(this.words.status, record.status)}</td>
                <td data-label=${tokens.refresh}>${this.words.policy[record.refresh]}</td>
                <td data-label=${tokens.validity}>${validityBar(this.words, record)}</td>
                <td data-label=${tokens.lastUsed}>
                  ${record.last_used_at === null ? this.words.never : moment(record.last_used_at, relative)}
                </td>
                <td data-label=${tokens.scope}>
                  <span title=${record.resources?.join('\n') ?? ''}>${record.resources ? tokens.resources(record.resources.length) : tokens.anyResource}</span>
                  <span class="fine" title=${record.origins?.join('\n') ?? ''}>${record.origins ? tokens.origins(record.origins.length) : tokens.anyOrigin}</span>
                </td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `
  }

  #chooseStatus = (event: Event): void => {
    const status = fieldValue(event)
    this.#narrow({ status: status === 'all' ? '' : status })
  }

  /** Shows another list from its first page. Refining a text while typing makes one step of the history. */
  #narrow(change: { text?: string; status?: string }): void {
    const { text, user, status } = this.route.query
    const replace = change.text !== undefined && !!text && !!change.text
    go(href(['tokens'], { text, user, status, ...change }), { replace })
  }
}
customElements.define('tokens-page', TokensPage)

function isStatus(text: string | undefined): text is TokenRecord['status'] {
  return STATUSES.some((status) => status === text)
}
