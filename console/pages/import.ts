import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { download } from '../download.ts'
import { PageElement } from '../element.ts'
import { number } from '../formats.ts'
import { guessLayout, isHidden, isUuid, type Layout } from '../import/columns.ts'
import { type FileRow, rowsOf } from '../import/delimited-text.ts'
import { type Encoding, type FileText, textOfFile } from '../import/file-text.ts'
import { resultsAsCsv } from '../import/given-out.ts'
import { ImportRun } from '../import/import-run.ts'
import { reasonOf, resultOf } from '../import/results-in-words.ts'
import { type Doubt, type Row, usersOf } from '../import/rows.ts'
import { keepFocus } from '../parts/dialog-element.ts'
import { href } from '../route.ts'
import { runTask } from '../run-task.ts'
import '../parts/column-choice.ts'
import '../parts/import-results.ts'

const LINKED = ['linked', 'relinked'] as const
/** The states of rows that can still be linked. */
const UNLINKED = ['ready', 'new', 'known', 'failed'] as const
/** How many lines a warning names. */
const MOST_NAMED = 5

/** A dry run, or the import itself. */
type Step = 'check' | 'link'

/** A file, and how it is read. */
interface ReadFile {
  rows: readonly FileRow[]
  encoding: Encoding
  layout: Layout
}

/** What a file holds. */
type Content = { unreadable: 'workbook' | 'other' | 'gone' } | { file: ReadFile; users?: readonly Row[] }

export class ImportPage extends PageElement {
  static override properties = {
    file: { state: true },
    run: { state: true },
    unreadable: { state: true },
    step: { state: true },
  }
  /** The file that was chosen; undefined: none, or none that can be read. */
  declare file: ReadFile | undefined
  /** The import of the file; undefined: its columns are to be chosen first. */
  declare run: ImportRun | undefined
  declare unreadable: 'workbook' | 'other' | 'gone' | undefined
  /** What was started last. */
  declare step: Step | undefined

  readonly #reading = new Task(this, {
    autoRun: false,
    task: ([file]: [File]) => this.#contentOf(file),
    onComplete: (content) => {
      if ('unreadable' in content) this.unreadable = content.unreadable
      else if (content.users) this.#begin(content.file, content.users)
      else this.file = content.file
    },
  })

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (!this.isPutAside) this.run?.stop()
  }

  protected override render(): TemplateResult {
    const { import: words, users } = this.words
    return html`
      <nav><a href=${href(['users'])}>${users.title}</a></nav>
      <h1 tabindex="-1">${words.title}</h1>
      ${this.#content()}
    `
  }

  #content(): TemplateResult {
    const { file, run } = this
    if (!file || file.rows.length === 0 || run?.rows.length === 0) return this.#choice()
    if (run) return this.#progress(file, run)
    return html`
      <column-choice
        .rows=${file.rows}
        .guess=${file.layout}
        @chosen=${({ detail }: CustomEvent<Layout>) => this.#chooseLayout({ ...file, layout: detail })}
        @leave=${this.#chooseAnother}
      ></column-choice>
    `
  }

  #choice(): TemplateResult {
    const { import: words } = this.words
    const { user, token, times, refresh } = words.columnTexts
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    return html`
      <p>${words.text}</p>
      <p>${words.columnsText}</p>
      <ul>
        ${[user, token, times(zone), refresh].map((text) => html`<li>${text}</li>`)}
      </ul>
      <label>${words.file} <input type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain" @change=${this.#read} /></label>
      ${this.file ? html`<p class="empty" role="status">${words.empty}</p>` : nothing}
      ${
        this.unreadable
          ? html`<wa-callout variant="danger" role="alert">
              <wa-icon slot="icon" name="circle-alert"></wa-icon>${words.unreadable[this.unreadable]}
            </wa-callout>`
          : nothing
      }
    `
  }

  #progress(file: ReadFile, run: ImportRun): TemplateResult {
    const { import: words } = this.words
    const hasLinked = run.count(...LINKED) > 0
    return html`
      <ul class="counts">
        ${this.#layoutInWords(file).map((text) => html`<li>${text}</li>`)}
      </ul>
      ${
        run.isRunning || hasLinked
          ? nothing
          : html`<div class="row">
              <wa-button size="s" appearance="outlined" @click=${this.#chooseColumns}>${words.mapping.change}</wa-button>
            </div>`
      }
      ${file.encoding === 'windows-1252' ? html`<p class="fine">${words.windows}</p>` : nothing}
      ${(['user', 'number', 'shape'] as const).map((doubt) => this.#doubt(run, doubt))}
      <div class="row">${run.isRunning ? this.#stopButton(run) : this.#buttons(run, hasLinked)}</div>
      <p class="fine">${words.checkText}</p>
      ${this.step ? this.#bar(run, this.step) : nothing}
      <div role="status">${this.#result(run)}</div>
      ${keyed(run, html`<import-results .run=${run}></import-results>`)}
    `
  }

  /** Which column is read as what, and where the users begin. */
  #layoutInWords({ rows, layout }: ReadFile): string[] {
    const { mapping } = this.words.import
    const { user, token, from, to, refresh } = layout.places
    const heading = layout.first === 0 ? undefined : rows[layout.first - 1]
    const named = Object.entries({ user, token, from, to, refresh }).flatMap(([column, place]) => {
      if (place === undefined) return []
      const cell = heading?.cells[place] ?? ''
      const name = mapping.columns[column as keyof typeof layout.places]
      return [mapping.from(name, mapping.column(place + 1, isHidden(cell) ? '' : cell))]
    })
    return [...named, mapping.begins(rows[layout.first]?.line ?? 1)]
  }

  #doubt(run: ImportRun, doubt: Doubt): TemplateResult | typeof nothing {
    const lines = run.rows.filter((row) => row.doubt === doubt).map(({ line }) => number(line))
    if (lines.length === 0) return nothing
    const named = lines.length > MOST_NAMED ? [...lines.slice(0, MOST_NAMED), '…'] : lines
    return html`
      <wa-callout variant="warning" role="status">
        <wa-icon slot="icon" name="triangle-alert"></wa-icon>
        ${this.words.import.doubtful[doubt](lines.length, named.join(', '))}
      </wa-callout>
    `
  }

  #stopButton(run: ImportRun): TemplateResult {
    return html`
      <wa-button variant="brand" appearance="outlined" @click=${() => run.stop()}>
        ${this.words.import.stop}
      </wa-button>
    `
  }

  #buttons(run: ImportRun, hasLinked: boolean): TemplateResult {
    const { import: words } = this.words
    const left = run.count(...UNLINKED)
    return html`
      ${
        run.count('ready') > 0 && !hasLinked
          ? html`<wa-button appearance="outlined" @click=${() => this.#start('check')}>${words.check}</wa-button>`
          : nothing
      }
      ${
        left > 0
          ? html`<wa-button variant="brand" @click=${() => this.#start('link')}>
              ${hasLinked ? words.resume(number(left)) : words.run(number(left))}
            </wa-button>`
          : nothing
      }
      <wa-button appearance="outlined" @click=${() => this.#save(run)}>
        <wa-icon slot="start" name="download"></wa-icon>${words.download}
      </wa-button>
      <wa-button appearance="plain" @click=${this.#chooseAnother}>${words.again}</wa-button>
    `
  }

  #bar(run: ImportRun, step: Step): TemplateResult {
    const done = step === 'check' ? run.count('new', 'known', 'failed') : run.count(...LINKED)
    const all = run.rows.length - run.count('wrong')
    const percent = all === 0 ? 100 : Math.floor((100 * done) / all)
    return html`
      <wa-progress-bar label=${this.words.import.progress} value=${percent}></wa-progress-bar>
      <p>${number(done)} / ${number(all)}</p>
    `
  }

  /** How the last step ended. */
  #result(run: ImportRun): TemplateResult | typeof nothing {
    const { import: words } = this.words
    if (run.isRunning || !this.step) return nothing
    if (run.lost) return html`<wa-callout variant="warning">${words.lost}</wa-callout>`
    if (run.count(...UNLINKED) === 0) return html`<wa-callout variant="success">${words.done}</wa-callout>`
    if (this.step === 'link' && run.count(...LINKED) > 0)
      return html`<wa-callout variant="neutral">${words.stopped}</wa-callout>`
    return nothing
  }

  #read = (event: Event): void => {
    const [chosen] = (event.currentTarget as HTMLInputElement).files ?? []
    if (!chosen) return
    this.file = undefined
    this.unreadable = undefined
    void runTask(this.#reading, [chosen])
  }

  /** Reads a file, and the users in it where it says clearly which column is which. */
  async #contentOf(chosen: File): Promise<Content> {
    const read = await textOrNothing(chosen)
    if (!read) return { unreadable: 'gone' }
    if ('unreadable' in read) return read
    const rows = rowsOf(read.text)
    const { isSure, first, places } = guessLayout(rows)
    const file = { rows, encoding: read.encoding, layout: { first, places } }
    return isSure ? { file, users: this.#usersIn(file) } : { file }
  }

  #usersIn({ rows, layout }: ReadFile): Row[] {
    return usersOf(rows, layout, {
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      now: Date.now(),
      hasSource: this.session.deployment?.biuwer_token_source === true,
    })
  }

  #chooseLayout(file: ReadFile): void {
    this.#begin(file, this.#usersIn(file))
  }

  #begin(file: ReadFile, users: readonly Row[]): void {
    const run = new ImportRun(users, this.session)
    run.addEventListener('change', () => this.requestUpdate())
    this.file = file
    this.run = run
    this.step = undefined
    // What had the focus has left the page.
    void this.updateComplete.then(() => keepFocus())
  }

  async #start(step: Step): Promise<void> {
    this.step = step
    await (step === 'check' ? this.run?.check() : this.run?.link())
  }

  #chooseColumns = (): void => {
    this.run = undefined
  }

  #chooseAnother = (): void => {
    this.run = undefined
    this.file = undefined
  }

  #save(run: ImportRun): void {
    const { doubts } = this.words.import
    const rows = run.rows.map((row, index) => {
      const outcome = run.outcome(index)
      const why = [reasonOf(this.words, row, outcome), row.doubt && doubts[row.doubt]]
      const user = isUuid(row.user) ? '' : row.user
      const result = [resultOf(this.words, row, outcome), ...why].filter(Boolean).join(': ')
      return { line: row.line, user, result }
    })
    download('biuwer-import-results.csv', resultsAsCsv(rows))
  }
}
customElements.define('import-page', ImportPage)

/** The text of the file; undefined: the file was deleted, or may not be read. */
async function textOrNothing(file: File): Promise<FileText | undefined> {
  try {
    return textOfFile(new Uint8Array(await file.arrayBuffer()))
  } catch (error) {
    if (error instanceof DOMException) return undefined
    throw error
  }
}
