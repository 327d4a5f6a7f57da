import { html, nothing, type TemplateResult } from 'lit'
import { download } from '../download.ts'
import { PageElement } from '../element.ts'
import { number } from '../formats.ts'
import { ImportRun, type Outcome } from '../import/import-run.ts'
import { type Mistake, readMappingTable, resultsAsCsv } from '../import/mapping-table.ts'
import { href } from '../route.ts'

/** More rows than a person reads would only make the page slow; all of them can be downloaded. */
const MOST_SHOWN = 100
/** The order in which rows are worth looking at. */
const INTEREST: Outcome['state'][] = ['failed', 'wrong', 'known', 'relinked', 'new', 'linked', 'ready']

export class ImportPage extends PageElement {
  static override properties = {
    ...PageElement.properties,
    run: { state: true },
    unreadable: { state: true },
    deed: { state: true },
  }
  declare run: ImportRun | undefined
  declare unreadable: boolean
  /** What was done last. */
  declare deed: 'check' | 'link' | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.run?.stop()
  }

  protected override render(): TemplateResult {
    const { import: words, users } = this.words
    return html`
      <nav><a href=${href(['users'])}>${users.title}</a></nav>
      <h1 tabindex="-1">${words.title}</h1>
      <p>${words.text}</p>
      ${this.run ? this.#table(this.run) : this.#choice()}
    `
  }

  #choice(): TemplateResult {
    const { import: words } = this.words
    return html`
      <label>${words.file} <input type="file" accept=".csv,text/csv,text/plain" @change=${this.#read} /></label>
      ${this.unreadable ? html`<wa-callout variant="danger" role="alert">${words.unreadable}</wa-callout>` : nothing}
    `
  }

  #table(run: ImportRun): TemplateResult {
    const { import: words } = this.words
    if (run.rows.length === 0) return html`<p class="empty" role="status">${words.empty}</p>${this.#choice()}`
    const left = run.count('ready', 'new', 'known', 'failed')
    const done = run.count('linked', 'relinked')
    const asked = this.deed === 'check' ? run.count('new', 'known', 'failed') : done
    const all = run.rows.length - run.count('wrong')
    return html`
      <div class="row">
        ${
          run.isRunning
            ? html`<wa-button variant="brand" appearance="outlined" @click=${() => run.stop()}>${words.stop}</wa-button>`
            : html`
                ${
                  run.count('ready') > 0 && done === 0
                    ? html`<wa-button appearance="outlined" @click=${() => this.#do('check')}>${words.check}</wa-button>`
                    : nothing
                }
                ${
                  left > 0
                    ? html`<wa-button variant="brand" @click=${() => this.#do('link')}>
                        ${done > 0 ? words.resume(number(left)) : words.run(number(left))}
                      </wa-button>`
                    : nothing
                }
                <wa-button appearance="outlined" @click=${this.#save}>
                  <wa-icon slot="start" name="download"></wa-icon>${words.download}
                </wa-button>
                <wa-button
                  appearance="plain"
                  @click=${() => {
                    this.run = undefined
                  }}
                  >${words.again}</wa-button
                >
              `
        }
      </div>
      <p class="fine">${words.checkText}</p>
      ${
        this.deed
          ? html`<wa-progress-bar label=${words.progress} value=${all === 0 ? 100 : Math.floor((100 * asked) / all)}></wa-progress-bar>
              <p>${number(asked)} / ${number(all)}</p>`
          : nothing
      }
      <div role="status">${this.#standing(run, left, done)}</div>
      <ul class="counts">
        ${INTEREST.filter((state) => run.count(state) > 0).map(
          (state) => html`<li><strong>${number(run.count(state))}</strong> ${words.results[state]}</li>`,
        )}
      </ul>
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${words.line}</th>
            <th scope="col">${words.user}</th>
            <th scope="col">${words.result}</th>
          </tr>
        </thead>
        <tbody>
          ${this.#shown(run).map((index) => {
            const row = run.rows[index]
            return html`<tr>
              <td data-label=${words.line}>${row?.line}</td>
              <td data-label=${words.user}>${row?.user}</td>
              <td data-label=${words.result}>${this.#result(run, index)}</td>
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

  #standing(run: ImportRun, left: number, done: number): TemplateResult | typeof nothing {
    const { import: words } = this.words
    if (run.isRunning || !this.deed) return nothing
    if (run.lost) return html`<wa-callout variant="warning">${words.lost}</wa-callout>`
    if (left === 0) return html`<wa-callout variant="success">${words.done}</wa-callout>`
    if (this.deed === 'link' && done > 0)
      return html`<wa-callout variant="neutral">${words.stopped}</wa-callout>`
    return nothing
  }

  #result(run: ImportRun, index: number): TemplateResult {
    const { import: words, problems } = this.words
    const outcome = run.outcome(index)
    const mistake = run.rows[index]?.mistake
    if (mistake) return html`<span class="mistake">${words.results.wrong}: ${this.#mistake(mistake)}</span>`
    if (outcome.state !== 'failed') return html`${words.results[outcome.state]}`
    const { code, detail, requestId } = outcome.error
    const known: Record<string, string> = problems
    return html`<span class="mistake">${words.results.failed}: ${known[code] ?? detail}</span> <code class="fine">${code} ${requestId}</code>`
  }

  #mistake(mistake: Mistake): string {
    const { mistakes } = this.words.import
    return mistake.kind === 'repeated' ? mistakes.repeated(mistake.line) : mistakes[mistake.kind]
  }

  #shown(run: ImportRun): number[] {
    const interest = (index: number) => INTEREST.indexOf(run.outcome(index).state)
    return [...run.rows.keys()].sort((a, b) => interest(a) - interest(b) || a - b).slice(0, MOST_SHOWN)
  }

  #read = async (event: Event): Promise<void> => {
    const [file] = (event.currentTarget as HTMLInputElement).files ?? []
    if (!file) return
    this.unreadable = false
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
      const run = new ImportRun(readMappingTable(text), this.session)
      run.addEventListener('change', () => this.requestUpdate())
      this.run = run
      this.deed = undefined
    } catch (error) {
      // No UTF-8, or a file that went away meanwhile.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error
      this.unreadable = true
    }
  }

  async #do(deed: 'check' | 'link'): Promise<void> {
    this.deed = deed
    await (deed === 'check' ? this.run?.check() : this.run?.link())
  }

  #save = (): void => {
    const { run } = this
    if (!run) return
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
