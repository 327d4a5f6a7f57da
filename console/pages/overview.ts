import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { Statistics } from '../../client/api-types.ts'
import { PageElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { duration, exactTime } from '../formats.ts'
import { textOf } from '../messages/words.ts'
import { loaded } from '../parts/loaded.ts'
import { go, href } from '../route.ts'
import '../parts/day-chart.ts'
import '../parts/state-chart.ts'

const RANGES = [7, 30, 90]

export class OverviewPage extends PageElement {
  #statistics = new Task(this, {
    args: () => [this.#days()] as const,
    task: ([days], { signal }) => this.session.ask((edge) => edge.statistics({ days }, { signal }), signal),
  })

  #days(): number {
    const wanted = Number(this.route.query.days)
    return RANGES.includes(wanted) ? wanted : 30
  }

  protected override render(): TemplateResult {
    const { overview } = this.words
    return html`
      <header class="page-head">
        <h1 tabindex="-1">${overview.title}</h1>
        <wa-select
          label=${overview.range}
          .value=${String(this.#days())}
          @change=${(event: Event) => go(href([], { days: fieldValue(event) }))}
        >
          ${RANGES.map((days) => html`<wa-option value=${String(days)}>${overview.days(days)}</wa-option>`)}
        </wa-select>
      </header>
      ${loaded(this.words, this.#statistics, this.#show, this.#show)}
      ${this.#settings()}
    `
  }

  #show = (statistics: Statistics): TemplateResult => {
    const { overview } = this.words
    const { tokens, users, openings, actions, counted_at } = statistics
    const days = daysOf(statistics.since, this.#days())
    const isNew = users === 0 && Object.values(tokens).every((count) => count === 0)
    return html`
      ${
        isNew
          ? html`<wa-callout variant="brand">
              <wa-icon slot="icon" name="info"></wa-icon>
              <strong>${overview.welcome}</strong>
              <p>${overview.welcomeText}</p>
              <wa-button variant="brand" href=${href(['users'])}>${this.words.users.link}</wa-button>
            </wa-callout>`
          : nothing
      }
      ${this.#attention(statistics.biuwer_tokens)}
      <section class="grid">
        <wa-card>
          <h2>${overview.tokensTitle}</h2>
          <p class="fine">${overview.usersCounted(users, exactTime(counted_at))}</p>
          <state-chart .counts=${tokens}></state-chart>
          <p><a href=${href(['tokens'])}>${overview.allTokens}</a></p>
        </wa-card>
        <wa-card>
          <h2>${overview.openingsTitle}</h2>
          <p class="fine">${overview.openingsText}</p>
          ${
            openings.series.length === 0
              ? html`<p>${overview.noOpenings}</p>`
              : html`<day-chart
                  .label=${overview.openingsTitle}
                  .days=${days}
                  .items=${openings.series.flatMap(({ at: day, opened, refused }) => [
                    ...(opened > 0 ? [{ day, count: opened, name: overview.opened, good: true }] : []),
                    ...Object.entries(refused).map(([name, count]) => ({ day, count, name, good: false })),
                  ])}
                ></day-chart>`
          }
        </wa-card>
        <wa-card class="wide">
          <h2>${overview.actionsTitle}</h2>
          <p class="fine">${overview.actionsText}</p>
          ${
            actions.length === 0
              ? html`<p>${overview.noActions}</p>`
              : html`<day-chart
                  .label=${overview.actionsTitle}
                  .days=${days}
                  .items=${actions.map(({ day, action, count }) => ({
                    day,
                    count,
                    name: textOf(this.words.audit.actions, action) ?? action,
                    good: false,
                  }))}
                ></day-chart>`
          }
        </wa-card>
      </section>
    `
  }

  /** Says which users' Biuwer tokens somebody has to see to, the most urgent first. */
  #attention(counts: Statistics['biuwer_tokens']): TemplateResult | typeof nothing {
    const { attention } = this.words.biuwerTokens
    const concerns = (['expired', 'failing', 'ending'] as const).filter((ends) => counts[ends] > 0)
    if (concerns.length === 0) return nothing
    return html`
      <wa-callout variant=${counts.expired + counts.failing > 0 ? 'danger' : 'warning'}>
        <wa-icon slot="icon" name="triangle-alert"></wa-icon>
        <strong>${attention.title}</strong>
        <ul>
          ${concerns.map(
            (ends) =>
              html`<li><a href=${href(['users'], { biuwer: ends })}>${attention[ends](counts[ends])}</a></li>`,
          )}
        </ul>
      </wa-callout>
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

/** Every day of the time shown, those without any count included, so that quiet days are seen. */
function daysOf(since: string, count: number): string[] {
  const first = Date.parse(since)
  return Array.from({ length: count }, (_, index) =>
    new Date(first + index * 86_400_000).toISOString().replace('.000Z', 'Z'),
  )
}
