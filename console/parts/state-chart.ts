import { html, type TemplateResult } from 'lit'

import type { Statistics, TokenRecord } from '../../client/api-types.ts'

import { number } from '../formats.ts'
import { href } from '../route.ts'
import { BarChart } from './bar-chart.ts'
import type { Bars } from './draw-bars.ts'
import { statusBadge } from './status-badge.ts'

const STATES = ['active', 'pending', 'expired', 'revoked'] as const satisfies TokenRecord['status'][]

/** Token records by state, as a chart and as numbers. */
export class StateChart extends BarChart {
  static override properties = { counts: { attribute: false } }
  declare counts: Statistics['tokens']

  protected override bars(): Bars {
    return {
      labels: STATES.map((state) => this.words.status[state]),
      stacked: false,
      horizontal: true,
      series: [
        {
          name: this.words.overview.tokensTitle,
          colour: '--chart-good',
          values: STATES.map((state) => this.counts[state]),
        },
      ],
    }
  }

  protected override render(): TemplateResult {
    const { overview } = this.words
    return html`
      <div class="chart short"><canvas role="img" aria-label=${overview.tokensTitle}></canvas></div>
      <ul class="counts">
        ${STATES.map(
          (state) => html`<li>
            <a href=${href(['tokens'], { status: state })}>${statusBadge(this.words.status, state)} ${number(this.counts[state])}</a>
          </li>`,
        )}
      </ul>
    `
  }
}
customElements.define('state-chart', StateChart)
