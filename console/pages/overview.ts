import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { Statistics, TokenRecord } from '../../client/api-types.ts'
import { PageElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { duration, exactTime } from '../formats.ts'
import { isolated } from '../given-text.ts'
import { textOf } from '../messages/words.ts'
import { type Range, rangeOf, rangesFor } from '../overview-time.ts'
import { loaded } from '../parts/loaded.ts'
import { openingsByThing, openingsOverTime, refusalsByCode } from '../parts/opening-figures.ts'
import { shareTable } from '../parts/share-table.ts'
import { statusBadge } from '../parts/status-badge.ts'
import { go, href } from '../route.ts'
import '../parts/needs-attention.ts'
import '../parts/search-field.ts'

const STATES = ['active', 'pending', 'expired', 'revoked'] as const satisfies TokenRecord['status'][]

/** What is shown: the statistics, what they are of, and the records that they name, by id. */
interface Shown {
  statistics: Statistics
  range: Range
  user: string | undefined
  records: ReadonlyMap<string, TokenRecord>
}

export class OverviewPage extends PageElement {
  readonly #shown = new Task(this, {
    args: () => [this.#range(), this.route.query.user || undefined] as const,
    task: async ([range, user], { signal }): Promise<Shown> => {
      const { days, by } = range
      const [statistics, records] = await Promise.all([
        this.session.ask((edge) => edge.statistics({ days, by, ...(user && { user }) }, { signal }), signal),
        user === undefined
          ? []
          : this.session
              .ask((edge) => edge.tokens.page({ user, limit: 100 }, { signal }), signal)
              .then(({ items }) => items),
      ])
      return { statistics, range, user, records: new Map(records.map((record) => [record.id, record])) }
    },
  })

  /** Whether openings are counted by the day alone: those of one user, and those that a key for some users may see. */
  get #isByDay(): boolean {
    return !!this.route.query.user || this.session.key.users !== null
  }

  #range(): Range {
    return rangeOf(this.route.query.range, this.#isByDay)
  }

  protected override render(): TemplateResult {
    const { overview } = this.words
    return html`
      <h1 tabindex="-1">${overview.title}</h1>
      ${loaded(this.words, this.#shown, this.#show, this.#show)}
      ${this.#settings()}
    `
  }

  #show = (shown: Shown): TemplateResult => {
    const { overview } = this.words
    const { statistics, user, range } = shown
    const { users, tokens, openings } = statistics
    const isNew = users === 0 && Object.values(tokens).every((count) => count === 0)
    return html`
      ${isNew ? this.#welcome() : html`<needs-attention .biuwerTokens=${statistics.biuwer_tokens}></needs-attention>`}
      <wa-card>
        <h2>${overview.openingsTitle}</h2>
        <p class="fine">${user === undefined ? overview.openingsText : overview.openingsOf(isolated(user))}</p>
        ${this.#filter()}
        ${openingsOverTime(this.words, statistics, range)}
      </wa-card>
      <section class="grid">
        <wa-card>
          <h2>${overview.codesTitle}</h2>
          <p class="fine">${overview.codesText}</p>
          ${refusalsByCode(this.words, openings, user)}
        </wa-card>
        ${openingsByThing(this.words, openings, shown.records)}
        ${this.#tokensByState(statistics)}
        ${this.#actions(statistics)}
      </section>
    `
  }

  #welcome(): TemplateResult {
    const { overview, users } = this.words
    return html`
      <wa-callout variant="brand">
        <wa-icon slot="icon" name="info"></wa-icon>
        <strong>${overview.welcome}</strong>
        <p>${overview.welcomeText}</p>
        <wa-button variant="brand" href=${href(['users'])}>${users.link}</wa-button>
      </wa-callout>
    `
  }

  #filter(): TemplateResult {
    const { overview } = this.words
    const { user = '' } = this.route.query
    return html`
      <form class="row" role="search" @submit=${(event: Event) => event.preventDefault()}>
        <search-field
          class="grows"
          .label=${overview.user}
          .hint=${overview.userHint}
          .text=${user}
          @search=${({ detail }: CustomEvent<string>) => this.#narrow({ user: detail })}
        ></search-field>
        <wa-select
          label=${overview.range}
          .value=${this.#range().name}
          @change=${(event: Event) => this.#narrow({ range: fieldValue(event) })}
        >
          ${rangesFor(this.#isByDay).map(({ name }) => html`<wa-option value=${name}>${overview.ranges[name]}</wa-option>`)}
        </wa-select>
      </form>
    `
  }

  /** Shows other figures. Refining a name while typing makes one step of the history. */
  #narrow(change: { user?: string; range?: string }): void {
    const { user, range } = this.route.query
    const replace = change.user !== undefined && !!user && !!change.user
    go(href([], { user, range, ...change }), { replace })
  }

  #tokensByState({ tokens, users, counted_at }: Statistics): TemplateResult {
    const { overview, status } = this.words
    const shares = STATES.map((state) => ({
      name: html`<a href=${href(['tokens'], { status: state })}>${statusBadge(status, state)}</a>`,
      count: tokens[state],
    }))
    return html`
      <wa-card>
        <h2>${overview.tokensTitle}</h2>
        <p class="fine">${overview.usersCounted(users, exactTime(counted_at))}</p>
        ${shareTable({ name: overview.state, count: this.words.tokens.title }, shares)}
        <p><a href=${href(['tokens'])}>${overview.allTokens}</a></p>
      </wa-card>
    `
  }

  #actions({ actions }: Statistics): TemplateResult {
    const { overview, audit } = this.words
    const sums = new Map<string, number>()
    for (const { action, count } of actions) sums.set(action, (sums.get(action) ?? 0) + count)
    const shares = [...sums]
      .sort(([, one], [, other]) => other - one)
      .map(([action, count]) => ({ name: textOf(audit.actions, action) ?? action, count }))
    return html`
      <wa-card>
        <h2>${overview.actionsTitle}</h2>
        <p class="fine">${overview.actionsText}</p>
        ${
          shares.length === 0
            ? html`<p>${overview.noActions}</p>`
            : shareTable({ name: overview.action, count: overview.times }, shares)
        }
        <p><a href=${href(['audit'])}>${audit.title}</a></p>
      </wa-card>
    `
  }

  #settings(): TemplateResult | typeof nothing {
    const { deployment } = this.session
    if (!deployment) return nothing
    const { overview } = this.words
    const origins = deployment.allowed_origins
    return html`
      <wa-card>
        <h2>${overview.settings}</h2>
        <dl>
          <dt>${overview.instance}</dt>
          <dd>${deployment.biuwer_instance}</dd>
          <dt>${overview.origins}</dt>
          <dd>${origins === null ? overview.anyOrigin : html`<ul class="plain">${origins.map((origin) => html`<li>${origin}</li>`)}</ul>`}</dd>
          <dt>${overview.sessionTtl}</dt>
          <dd>${duration(deployment.session_ttl)}</dd>
          <dt>${overview.lease}</dt>
          <dd>${duration(deployment.revocation_lease)}</dd>
          <dt>${overview.closing}</dt>
          <dd>${duration(deployment.revocation_lease + deployment.session_check)}</dd>
          <dt>${overview.version}</dt>
          <dd>${deployment.version}</dd>
        </dl>
      </wa-card>
    `
  }
}
customElements.define('overview-page', OverviewPage)
