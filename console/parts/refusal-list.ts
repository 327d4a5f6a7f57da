import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { RefusalList as Answer, Refusal } from '../../client/api-types.ts'
import { PageElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { dateTime, exactTime, nearby } from '../formats.ts'
import { given } from '../given-text.ts'
import { reasonOf } from '../refusals/reason.ts'
import { go, href } from '../route.ts'
import { WhileVisible } from '../while-visible.ts'
import { loaded } from './loaded.ts'
import { moment } from './moment.ts'
import { pager } from './pager.ts'
import './search-field.ts'

const LIMIT = 20
/** Milliseconds between two looks at the newest refusals. */
const PAUSE = 10_000
/** Reasons for which an opening of a genuine token is refused; the others are the page's or the service's. */
const REFUSED = [
  'token_invalid',
  'token_not_yet_valid',
  'token_expired',
  'token_revoked',
  'token_spent',
  'resource_not_allowed',
  'origin_not_allowed',
  'frame_exposed',
  'user_not_linked',
  'biuwer_token_expired',
  'biuwer_token_not_yet_valid',
  'biuwer_unavailable',
] as const satisfies Refusal['code'][]

/**
 * The last refusals, brought up to date while the page is seen, until a person stops it. The address says of which user and
 * for which reason.
 */
export class RefusalList extends PageElement {
  static override properties = { fresh: { state: true } }
  /** How many refusals came with the last look. */
  declare fresh: number
  /** The list of before, and what it was of, to tell what is new. */
  #before: { of: string; ids: ReadonlySet<string> } | undefined
  #seenAt = ''

  readonly #list = new Task(this, {
    args: () => {
      const { user, code, cursor } = this.route.query
      return [user, code, cursor] as const
    },
    task: async ([user, code, cursor], { signal }) => {
      const filter = { ...(user && { user }), ...(isCode(code) && { code }), ...(cursor && { cursor }) }
      const page = await this.session.ask(
        (edge) => edge.refusals.page({ ...filter, limit: LIMIT }, { signal }),
        signal,
      )
      this.#compare(page, JSON.stringify(filter))
      return page
    },
  })
  readonly #looking = new WhileVisible(this, PAUSE, async () => {
    // Older refusals do not change, and an error stays until the person tries again.
    if (!this.route.query.cursor && !this.#list.error) await this.#list.run()
  })

  #compare({ items }: Answer, of: string): void {
    const before = this.#before?.of === of ? this.#before.ids : undefined
    const ids = new Set(items.map(({ request_id }) => request_id))
    this.fresh = before ? [...ids].filter((id) => !before.has(id)).length : 0
    this.#before = { of, ids }
    this.#seenAt = new Date().toISOString()
  }

  protected override render(): TemplateResult {
    const { refusals } = this.words
    const { list } = refusals
    const { user = '', code = '', cursor } = this.route.query
    return html`
      <h2>${list.title}</h2>
      <p>${list.text}</p>
      <form class="row" role="search" @submit=${(event: Event) => event.preventDefault()}>
        <search-field
          class="grows"
          .label=${refusals.user}
          .hint=${this.words.overview.userHint}
          .text=${user}
          @search=${({ detail }: CustomEvent<string>) => this.#narrow({ user: detail })}
        ></search-field>
        <wa-select label=${refusals.code} .value=${code || 'all'} @change=${this.#chooseCode}>
          <wa-option value="all">${list.anyReason}</wa-option>
          ${REFUSED.map((name) => html`<wa-option value=${name}>${refusals.codes[name].why}</wa-option>`)}
        </wa-select>
      </form>
      ${cursor ? html`<p class="fine">${list.older}</p>` : this.#progress()}
      ${loaded(this.words, this.#list, this.#show, this.#show)}
    `
  }

  #progress(): TemplateResult {
    const { list } = this.words.refusals
    const { isStopped } = this.#looking
    return html`
      <p class="row">
        <wa-button
          size="s"
          appearance="outlined"
          @click=${() => (isStopped ? this.#looking.goOn() : this.#looking.stop())}
        >
          <wa-icon slot="start" name=${isStopped ? 'play' : 'pause'}></wa-icon>${isStopped ? list.goOn : list.pause}
        </wa-button>
        <span class="fine">${isStopped ? list.paused : nothing} ${this.#seenAt ? list.asOf(exactTime(this.#seenAt)) : nothing}</span>
        <span role="status">${this.fresh > 0 ? list.fresh(this.fresh) : nothing}</span>
      </p>
    `
  }

  #show = ({ items, next_cursor }: Answer): TemplateResult => {
    const { refusals } = this.words
    const { user, code } = this.route.query
    if (items.length === 0)
      return html`<p class="empty">${user || code ? refusals.list.emptyNarrowed : refusals.list.empty}</p>`
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${refusals.when}</th>
            <th scope="col">${refusals.why}</th>
            <th scope="col">${refusals.user}</th>
            <th scope="col">${refusals.resource}</th>
            <th scope="col">${refusals.website}</th>
          </tr>
        </thead>
        <tbody>${items.map((item) => this.#row(item))}</tbody>
      </table>
      ${pager(this.words, this.route, next_cursor)}
    `
  }

  #row({ at, code, user, resource, origin, request_id }: Refusal): TemplateResult {
    const { refusals } = this.words
    const isShown = this.route.query.request === request_id
    const to = href(['explain'], { ...this.route.query, request: request_id })
    return html`
      <tr aria-current=${isShown ? 'true' : nothing}>
        <td data-label=${refusals.when}>${moment(at, (time) => nearby(time) ?? dateTime(time))}</td>
        <td data-label=${refusals.why}>
          <a href=${to}>${reasonOf(this.words, code)?.why ?? refusals.unknownWhy}</a>
          <small class="fine"><code>${code}</code></small>
        </td>
        <td data-label=${refusals.user}>${user === null ? '–' : html`<a href=${href(['users', user])}>${given(user)}</a>`}</td>
        <td data-label=${refusals.resource}><code class="long">${given(resource)}</code></td>
        <td data-label=${refusals.website}>${origin === null ? '–' : given(origin)}</td>
      </tr>
    `
  }

  #chooseCode = (event: Event): void => {
    const code = fieldValue(event)
    this.#narrow({ code: code === 'all' ? '' : code })
  }

  /** Shows another list from its first page. Refining a name while typing makes one step of the history. */
  #narrow(change: { user?: string; code?: string }): void {
    const { user, code, request } = this.route.query
    const replace = change.user !== undefined && !!user && !!change.user
    go(href(['explain'], { request, user, code, ...change }), { replace })
  }
}
customElements.define('refusal-list', RefusalList)

function isCode(text: string | undefined): text is Refusal['code'] {
  return REFUSED.some((code) => code === text)
}
