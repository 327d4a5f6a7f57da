import { html, nothing, type TemplateResult } from 'lit'
import { download } from '../download.ts'
import { PageElement } from '../element.ts'
import { number } from '../formats.ts'
import { given } from '../given-text.ts'
import { ImportRun, type Outcome } from '../import/import-run.ts'
import { type Mistake, readMappingTable, resultsAsCsv } from '../import/mapping-table.ts'
import { textOf } from '../messages/words.ts'
import { href } from '../route.ts'

/** How many rows the page shows: more would make it slow and nobody reads them. The download has all of them. */
const MOST_SHOWN = 100
/** The states of rows, those first that a person should look at first. */
const INTEREST: Outcome['state'][] = ['failed', 'wrong', 'known', 'relinked', 'new', 'linked', 'ready']

const LINKED = ['linked', 'relinked'] as const
/** The states of rows that can still be linked. */
const UNLINKED = ['ready', 'new', 'known', 'failed'] as const

/** A dry run, or the import itself. */
type Step = 'check' | 'link'

export class ImportPage extends PageElement {
  static override properties = {
    run: { state: true },
    isUnreadable: { state: true },
    step: { state: true },
  }
  declare run: ImportRun | undefined
  declare isUnreadable: boolean
  /** What was started last. */
  declare step: Step | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (!this.isPutAside) this.run?.stop()
  }

  protected override render(): TemplateResult {
    const { import: words, users } = this.words
    return html`
      <nav><a href=${href(['users'])}>${users.title}</a></nav>
      <h1 tabindex="-1">${words.title}</h1>
      <p>${words.text}</p>
      ${this.run ? this.#progress(this.run) : this.#choice()}
    `
  }

  #choice(): TemplateResult {
    const { import: words } = this.words
    return html`
      <label>${words.file} <input type="file" accept=".csv,text/csv,text/plain" @change=${this.#read} /></label>
      ${this.isUnreadable ? html`<wa-callout variant="danger" role="alert">${words.unreadable}</wa-callout>` : nothing}
    `
  }

  #progress(run: ImportRun): TemplateResult {
    const { import: words } = this.words
    if (run.rows.length === 0) return html`<p class="empty" role="status">${words.empty}</p>${this.#choice()}`
    return html`
      <div class="row">${run.isRunning ? this.#stopButton(run) : this.#buttons(run)}</div>
      <p class="fine">${words.checkText}</p>
      ${this.step ? this.#bar(run, this.step) : nothing}
      <div role="status">${this.#result(run)}</div>
      <ul class="counts">
        ${INTEREST.filter((state) => run.count(state) > 0).map(
          (state) => html`<li><strong>${number(run.count(state))}</strong> ${words.results[state]}</li>`,
        )}
      </ul>
      ${this.#rows(run)}
    `
  }

  #stopButton(run: ImportRun): TemplateResult {
    return html`
      <wa-button variant="brand" appearance="outlined" @click=${() => run.stop()}>
        ${this.words.import.stop}
      </wa-button>
    `
  }

  #buttons(run: ImportRun): TemplateResult {
    const { import: words } = this.words
    const hasLinked = run.count(...LINKED) > 0
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

  #rows(run: ImportRun): TemplateResult {
    const { import: words } = this.words
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${words.line}</th>
            <th scope="col">${words.user}</th>
            <th scope="col">${words.result}</th>
          </tr>
        </thead>
        <tbody>
          ${this.#mostInteresting(run).map((index) => {
            const row = run.rows[index]
            return html`<tr>
              <td data-label=${words.line}>${row?.line}</td>
              <td data-label=${words.user}>${given(row?.user ?? '')}</td>
              <td data-label=${words.result}>${this.#rowResult(run, index)}</td>
            </tr>`
          })}
        </tbody>
      </table>
      ${
        run.rows.length > MOST_SHOWN
          ? html`<p class="fine">${words.shown(number(MOST_SHOWN), number(run.rows.length))}</p>`
          : nothing
      }
    `
  }

  #rowResult(run: ImportRun, index: number): TemplateResult {
    const { import: words, problems } = this.words
    const outcome = run.outcome(index)
    const mistake = run.rows[index]?.mistake
    if (mistake) return html`<span class="mistake">${words.results.wrong}: ${this.#mistake(mistake)}</span>`
    if (outcome.state !== 'failed') return html`${words.results[outcome.state]}`
    const { code, detail, requestId } = outcome.error
    return html`<span class="mistake">${words.results.failed}: ${textOf(problems, code) ?? detail}</span> <code class="fine">${code} ${requestId}</code>`
  }

  #mistake(mistake: Mistake): string {
    const { mistakes } = this.words.import
    return mistake.kind === 'repeated' ? mistakes.repeated(mistake.line) : mistakes[mistake.kind]
  }

  #mostInteresting(run: ImportRun): number[] {
    const interest = (index: number) => INTEREST.indexOf(run.outcome(index).state)
    return [...run.rows.keys()].sort((a, b) => interest(a) - interest(b) || a - b).slice(0, MOST_SHOWN)
  }

  #read = async (event: Event): Promise<void> => {
    const [file] = (event.currentTarget as HTMLInputElement).files ?? []
    if (!file) return
    this.isUnreadable = false
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
      const run = new ImportRun(readMappingTable(text), this.session)
      run.addEventListener('change', () => this.requestUpdate())
      this.run = run
      this.step = undefined
    } catch (error) {
      // The file is not UTF-8, or it was deleted meanwhile.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error
      this.isUnreadable = true
    }
  }

  async #start(step: Step): Promise<void> {
    this.step = step
    await (step === 'check' ? this.run?.check() : this.run?.link())
  }

  #chooseAnother = (): void => {
    this.run = undefined
  }

  #save(run: ImportRun): void {
    const { results } = this.words.import
    const rows = run.rows.map(({ line, user, mistake }, index) => {
      const outcome = run.outcome(index)
      const reason = mistake ? this.#mistake(mistake) : outcome.state === 'failed' ? outcome.error.code : ''
      return { line, user, result: [results[outcome.state], reason].filter(Boolean).join(': ') }
    })
    download('biuwer-import-results.csv', resultsAsCsv(rows))
  }
}
customElements.define('import-page', ImportPage)
