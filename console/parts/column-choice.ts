import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { given, isolated } from '../given-text.ts'
import { isComplete, isHidden, isUuid, type Layout, type Places } from '../import/columns.ts'
import type { FileRow } from '../import/delimited-text.ts'
import { COLUMNS, type Column } from '../import/headings.ts'

/** How many rows the preview shows. */
const ROWS_SHOWN = 5
/** Among how many rows the first user is chosen. */
const ROWS_OFFERED = 25

/**
 * Asks which column of a file is which, and with which row the users begin, over a preview of the first rows. Fires `chosen`
 * with a `Layout`, or `leave`, to take another file.
 */
export class ColumnChoice extends ConsoleElement {
  static override properties = {
    rows: { attribute: false },
    guess: { attribute: false },
    layout: { state: true },
    mistake: { state: true },
  }
  /** The rows of the file. */
  declare rows: readonly FileRow[]
  /** What the choice begins with. */
  declare guess: Layout
  declare layout: Layout
  declare mistake: 'incomplete' | 'twice' | undefined

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('guess')) this.layout = this.guess
  }

  protected override firstUpdated(): void {
    this.querySelector('h2')?.focus()
  }

  protected override render(): TemplateResult {
    const { mapping } = this.words.import
    const { first, places } = this.layout
    return html`
      <form class="stack" novalidate @submit=${this.#choose}>
        <h2 tabindex="-1">${mapping.title}</h2>
        <p>${mapping.text}</p>
        <div class="fields">
          ${COLUMNS.map((column) => this.#columnSelect(column, places[column]))}
          <div>
            <label>
              ${mapping.first}
              <select aria-describedby="first-hint" @change=${this.#setFirst}>
              ${this.rows
                .slice(0, ROWS_OFFERED)
                .map(
                  ({ line, cells }, index) =>
                    html`<option value=${index} ?selected=${index === first}>${mapping.row(line, this.#shown(cells[places.user ?? 0] ?? '', places.user))}</option>`,
                )}
              </select>
            </label>
            <span class="fine" id="first-hint">${mapping.firstHint}</span>
          </div>
        </div>
        ${
          this.mistake
            ? html`<wa-callout variant="danger" role="alert">
                <wa-icon slot="icon" name="circle-alert"></wa-icon>${mapping.mistakes[this.mistake]}
              </wa-callout>`
            : nothing
        }
        ${this.#preview()}
        <div class="row">
          <wa-button type="submit" variant="brand">${mapping.submit}</wa-button>
          <wa-button appearance="plain" @click=${() => this.dispatchEvent(new Event('leave'))}>${this.words.import.again}</wa-button>
        </div>
      </form>
    `
  }

  #columnSelect(column: Column, chosen: number | undefined): TemplateResult {
    const { mapping } = this.words.import
    return html`
      <div>
        <label>
          ${mapping.columns[column]}
          <select aria-describedby="${column}-hint" @change=${(event: Event) => this.#place(column, fieldValue(event))}>
          <option value="" ?selected=${chosen === undefined}>${mapping.noColumn}</option>
          ${this.#indexes().map(
            (index) =>
              html`<option value=${index} ?selected=${index === chosen}>${this.#nameOf(index)}</option>`,
          )}
          </select>
        </label>
        <span class="fine" id="${column}-hint">${mapping.hints[column]}</span>
      </div>
    `
  }

  #preview(): TemplateResult {
    const { mapping, line } = this.words.import
    const { first, places } = this.layout
    const heldBy = (index: number) => COLUMNS.filter((column) => places[column] === index)
    return html`
      <div class="scrolls" tabindex="0" role="region" aria-label=${mapping.preview}>
        <table>
          <caption>${mapping.preview}</caption>
          <thead>
            <tr>
              <th scope="col">${line}</th>
              ${this.#indexes().map(
                (index) => html`<th scope="col">
                  ${this.#nameOf(index)}
                  ${heldBy(index).map((column) => html`<wa-tag size="s" variant="brand" appearance="filled-outlined">${mapping.columns[column]}</wa-tag>`)}
                </th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${this.rows.slice(first, first + ROWS_SHOWN).map(
              ({ line, cells }) => html`<tr>
                <td>${line}</td>
                ${this.#indexes().map((index) => html`<td>${given(this.#shown(cells[index] ?? '', index))}</td>`)}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    `
  }

  /** The columns of the file. */
  #indexes(): number[] {
    const { first } = this.layout
    const looked = this.rows.slice(Math.max(0, first - 1), first + ROWS_SHOWN)
    return [...Array(Math.max(1, ...looked.map(({ cells }) => cells.length))).keys()]
  }

  /** A column by its number, and by its heading if there is one. */
  #nameOf(index: number): string {
    const { first } = this.layout
    const heading = first === 0 ? '' : (this.rows[first - 1]?.cells[index] ?? '')
    return this.words.import.mapping.column(index + 1, heading && isolated(this.#shown(heading, undefined)))
  }

  /** What a cell holds; of what may be a Biuwer token only how long it is. */
  #shown(cell: string, index: number | undefined): string {
    const { token, user } = this.layout.places
    // A long name with digits may well be a user's.
    const mayBeToken = index !== undefined && index === user ? isUuid(cell) : isHidden(cell)
    return cell !== '' && (mayBeToken || (index !== undefined && index === token))
      ? this.words.import.mapping.hidden(cell.length)
      : cell
  }

  #place(column: Column, chosen: string): void {
    const { [column]: _former, ...others } = this.layout.places
    const places: Places = chosen === '' ? others : { ...others, [column]: Number(chosen) }
    this.layout = { ...this.layout, places }
    this.mistake = undefined
  }

  #setFirst = (event: Event): void => {
    this.layout = { ...this.layout, first: Number(fieldValue(event)) }
  }

  #choose = (event: Event): void => {
    event.preventDefault()
    const chosen = Object.values(this.layout.places)
    this.mistake = !isComplete(this.layout.places)
      ? 'incomplete'
      : new Set(chosen).size < chosen.length
        ? 'twice'
        : undefined
    if (!this.mistake) this.dispatchEvent(new CustomEvent<Layout>('chosen', { detail: this.layout }))
  }
}
customElements.define('column-choice', ColumnChoice)
