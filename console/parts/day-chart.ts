import { html, type TemplateResult } from 'lit'
import { number, utcDay } from '../formats.ts'
import { BarChart } from './bar-chart.ts'
import type { Bars } from './draw-bars.ts'

export interface Counted {
  day: string
  name: string
  count: number
  /** Whether this is what is meant to happen, and is drawn in that colour. */
  good: boolean
}

const COLOURS = ['--chart-1', '--chart-2', '--chart-3', '--chart-4', '--chart-5', '--chart-6']

/** Counts by day, the names stacked upon each other, as a chart and as a table. */
export class DayChart extends BarChart {
  static override properties = {
    label: { attribute: false },
    days: { attribute: false },
    items: { attribute: false },
  }
  declare label: string
  declare days: string[]
  declare items: Counted[]

  protected override bars(): Bars {
    const names = this.#names()
    const others = names.filter((name) => !this.#isGood(name))
    return {
      labels: this.days.map(utcDay),
      stacked: true,
      horizontal: false,
      series: names.map((name) => ({
        name,
        colour: this.#isGood(name) ? '--chart-good' : (COLOURS[others.indexOf(name) % COLOURS.length] ?? ''),
        values: this.days.map((day) => this.#count(day, name)),
      })),
    }
  }

  protected override render(): TemplateResult {
    const { overview } = this.words
    const names = this.#names()
    const busy = this.days.filter((day) => this.items.some((item) => item.day === day))
    return html`
      <div class="chart"><canvas role="img" aria-label=${this.#summary()}></canvas></div>
      <wa-details summary=${overview.asTable} appearance="plain">
        <div class="scrolls" tabindex="0" role="region" aria-label=${this.label}>
          <table>
            <thead>
              <tr>
                <th scope="col">${overview.day}</th>
                ${names.map((name) => html`<th scope="col">${name}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${busy.map(
                (day) => html`<tr>
                  <th scope="row">${utcDay(day)}</th>
                  ${names.map((name) => html`<td class="number">${number(this.#count(day, name))}</td>`)}
                </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </wa-details>
    `
  }

  #summary(): string {
    const total = (name: string) => this.days.reduce((sum, day) => sum + this.#count(day, name), 0)
    return `${this.label}: ${this.#names()
      .map((name) => `${name} ${number(total(name))}`)
      .join(', ')}`
  }

  #names(): string[] {
    const names = [...new Set(this.items.map(({ name }) => name))]
    return names.sort((a, b) => Number(this.#isGood(b)) - Number(this.#isGood(a)) || a.localeCompare(b))
  }

  #isGood(name: string): boolean {
    return this.items.some((item) => item.name === name && item.good)
  }

  #count(day: string, name: string): number {
    return this.items.find((item) => item.day === day && item.name === name)?.count ?? 0
  }
}
customElements.define('day-chart', DayChart)
