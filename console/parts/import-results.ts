import { html, nothing, type TemplateResult } from 'lit'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { number } from '../formats.ts'
import { given } from '../given-text.ts'
import { isUuid } from '../import/columns.ts'
import type { ImportRun, Outcome } from '../import/import-run.ts'
import { reasonOf, resultOf, rowInterval } from '../import/results-in-words.ts'

/** How many rows are shown at once: more would make the page slow. */
const ROWS_SHOWN = 100
/** The states of rows, those first that a person should look at first. */
const STATES: Outcome['state'][] = ['failed', 'wrong', 'known', 'relinked', 'new', 'linked', 'ready']

/** What is shown of the rows: all, those with something odd about them, or those of one state. */
type Filter = 'all' | 'doubtful' | Outcome['state']

/** The rows of an import in the order of the file, with what became of each; a person may look at those of one kind alone. */
export class ImportResults extends ConsoleElement {
  static override properties = {
    run: { attribute: false },
    filter: { state: true },
    start: { state: true },
  }
  /** The import, which stays the same one. */
  declare run: ImportRun
  declare filter: Filter
  /** How many of the rows that the filter lets through stand before those that are shown. */
  declare start: number

  constructor() {
    super()
    this.filter = 'all'
    this.start = 0
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.run.addEventListener('change', this.#update)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.run.removeEventListener('change', this.#update)
  }

  protected override render(): TemplateResult {
    const { import: words } = this.words
    const indexes = [...this.run.rows.keys()].filter((index) => this.#isLetThrough(index, this.filter))
    // Rows change their state while the import runs, so that fewer may be left than were before.
    const start = Math.min(this.start, Math.floor(Math.max(0, indexes.length - 1) / ROWS_SHOWN) * ROWS_SHOWN)
    const shown = indexes.slice(start, start + ROWS_SHOWN)
    return html`
      <div class="row"><wa-select label=${words.show} .value=${this.filter} @change=${this.#choose}>
        ${this.#filters().map(([filter, count]) => html`<wa-option value=${filter}>${this.#nameOf(filter)} (${number(count)})</wa-option>`)}
      </wa-select></div>
      ${shown.length === 0 ? html`<p class="empty" role="status">${words.noneLeft}</p>` : this.#table(shown)}
      ${indexes.length > ROWS_SHOWN ? this.#pager(start, shown.length, indexes.length) : nothing}
    `
  }

  #table(indexes: readonly number[]): TemplateResult {
    const { import: words } = this.words
    const hasIntervals = this.run.rows.some(({ from, to, refresh }) => from ?? to ?? refresh)
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${words.line}</th>
            <th scope="col">${words.user}</th>
            ${hasIntervals ? html`<th scope="col">${words.interval}</th>` : nothing}
            <th scope="col">${words.result}</th>
          </tr>
        </thead>
        <tbody>
          ${indexes.map((index) => this.#row(index, hasIntervals))}
        </tbody>
      </table>
    `
  }

  #row(index: number, hasIntervals: boolean): TemplateResult | typeof nothing {
    const { import: words } = this.words
    const row = this.run.rows[index]
    if (!row) return nothing
    const outcome = this.run.outcome(index)
    const reason = reasonOf(this.words, row, outcome)
    const isBad = outcome.state === 'failed' || outcome.state === 'wrong'
    return html`<tr>
      <td data-label=${words.line}>${row.line}</td>
      <td data-label=${words.user}>${isUuid(row.user) ? words.mapping.hidden(row.user.length) : given(row.user)}</td>
      ${hasIntervals ? html`<td data-label=${words.interval}>${row.mistake ? nothing : rowInterval(this.words, row)}</td>` : nothing}
      <td data-label=${words.result}>
        <span class=${isBad ? 'mistake' : ''}>${resultOf(this.words, row, outcome)}${reason && `: ${reason}`}</span>
        ${row.doubt ? html`<span class="doubt"><wa-icon name="triangle-alert"></wa-icon> ${words.doubts[row.doubt]}</span>` : nothing}
        ${outcome.state === 'failed' ? html`<code class="fine">${outcome.error.code} ${outcome.error.requestId}</code>` : nothing}
      </td>
    </tr>`
  }

  #pager(start: number, shown: number, all: number): TemplateResult {
    const { import: words } = this.words
    const turn = (to: number) => () => {
      this.start = to
    }
    return html`
      <nav class="pager" aria-label=${words.turn.label}>
        <span role="status">${words.shown(number(start + 1), number(start + shown), number(all))}</span>
        <wa-button appearance="outlined" ?disabled=${start === 0} @click=${turn(start - ROWS_SHOWN)}>${words.turn.back}</wa-button>
        <wa-button appearance="outlined" ?disabled=${start + shown >= all} @click=${turn(start + ROWS_SHOWN)}>${words.turn.on}</wa-button>
      </nav>
    `
  }

  /** What a person may look at alone, with how many rows there are. */
  #filters(): [Filter, number][] {
    const doubtful = this.run.rows.filter(({ doubt }) => doubt).length
    const states = STATES.map((state): [Filter, number] => [state, this.run.count(state)])
    const all: [Filter, number][] = [['all', this.run.rows.length], ['doubtful', doubtful], ...states]
    return all.filter(([filter, count]) => filter === 'all' || filter === this.filter || count > 0)
  }

  #nameOf(filter: Filter): string {
    const { import: words } = this.words
    if (filter === 'all') return words.allRows
    return filter === 'doubtful' ? words.doubtfulRows : words.results[filter]
  }

  #isLetThrough(index: number, filter: Filter): boolean {
    if (filter === 'all') return true
    if (filter === 'doubtful') return this.run.rows[index]?.doubt !== undefined
    return this.run.outcome(index).state === filter
  }

  #choose = (event: Event): void => {
    const filter = this.#filters().find(([name]) => name === fieldValue(event))
    if (!filter) return
    this.filter = filter[0]
    this.start = 0
  }

  #update = (): void => this.requestUpdate()
}
customElements.define('import-results', ImportResults)
