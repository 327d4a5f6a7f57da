import { initialState, Task } from '@lit/task'
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { live } from 'lit/directives/live.js'
import { PageElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { loaded } from '../parts/loaded.ts'
import { hint } from '../parts/problem.ts'
import { refusalReport } from '../parts/refusal-report.ts'
import { type Pasted, readPasted } from '../refusals/pasted.ts'
import { go, href } from '../route.ts'
import '../parts/explain-form.ts'
import '../parts/refusal-card.ts'
import '../parts/refusal-list.ts'

/**
 * Finds out why a dashboard was refused, from what a reader sent: the report of the panel, a request id or a token. The
 * address names the request alone: a token is never in it, nor is a report.
 */
export class ExplainPage extends PageElement {
  static override properties = { text: { state: true }, pasted: { state: true } }
  /** What is in the box. */
  declare text: string
  /** What was found in it; undefined: nobody has asked yet. */
  declare pasted: Pasted | undefined
  /** What the answer of before was about, so that another one gets the focus. */
  #answered: object | undefined

  readonly #refusal = new Task(this, {
    args: () => [this.route.query.request] as const,
    task: async ([request], { signal }) => {
      if (!request) return initialState
      const { items } = await this.session.ask(
        (edge) => edge.refusals.page({ request_id: request, limit: 1 }, { signal }),
        signal,
      )
      return { request, refusal: items[0] }
    },
  })

  constructor() {
    super()
    this.text = ''
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    const about = this.#subject()
    if (about && about !== this.#answered) void this.#focusAnswer()
    this.#answered = about
  }

  /** What the answer is about: the refusal of the address, else the report; undefined: there is no answer yet. */
  #subject(): object | undefined {
    const { pasted } = this
    const { request } = this.route.query
    if (!request) return pasted?.kind === 'report' ? pasted.report : undefined
    const found = this.#refusal.value
    return found?.request === request ? found : undefined
  }

  /** What was asked for comes below the question, perhaps out of sight. */
  async #focusAnswer(): Promise<void> {
    const card = this.querySelector<HTMLElement & { updateComplete?: Promise<boolean> }>('refusal-card')
    await card?.updateComplete
    this.querySelector<HTMLElement>('.answer h2')?.focus()
  }

  protected override render(): TemplateResult {
    const { refusals } = this.words
    return html`
      <h1 tabindex="-1">${refusals.title}</h1>
      <p>${refusals.text}</p>
      <form class="stack" novalidate @submit=${this.#find}>
        <wa-textarea
          label=${refusals.pasted}
          rows="3"
          resize="vertical"
          autocomplete="off"
          spellcheck="false"
          .value=${live(this.text)}
          @input=${this.#type}
        >
          ${hint(refusals.pastedHint, this.pasted?.kind === 'nothing' ? refusals.unreadable : '')}
        </wa-textarea>
        <div class="row">
          <wa-button type="submit" variant="brand">${refusals.find}</wa-button>
        </div>
      </form>
      <div class="answer">${this.#answer()}</div>
      <refusal-list></refusal-list>
    `
  }

  #answer(): TemplateResult | typeof nothing {
    const { pasted } = this
    const report = pasted?.kind === 'report' ? pasted.report : undefined
    const { request } = this.route.query
    // Whoever chose a refusal from the list wants that one.
    if (pasted?.kind === 'token' && !request) return this.#tokenAnswer(pasted.token)
    // A report without a request id tells all that there is.
    if (!request) return report ? refusalReport(this.words, report, false) : nothing
    return loaded(this.words, this.#refusal, ({ refusal }) => {
      const about = report?.requestId === request ? report : undefined
      return html`
        ${refusal ? keyed(refusal.request_id, html`<refusal-card .refusal=${refusal}></refusal-card>`) : this.#unknown(request)}
        ${about ? refusalReport(this.words, about, refusal !== undefined) : nothing}
      `
    })
  }

  #unknown(request: string): TemplateResult {
    const { refusals } = this.words
    return html`
      <wa-callout variant="warning" role="status">
        <wa-icon slot="icon" name="triangle-alert"></wa-icon>
        <strong>${refusals.unknown(request)}</strong>
        <p>${refusals.unknownText}</p>
      </wa-callout>
    `
  }

  #tokenAnswer(token: string): TemplateResult {
    const { refusals } = this.words
    return html`
      <wa-card>
        <p role="status">${refusals.tokenTaken}</p>
        ${keyed(token, html`<explain-form .token=${token}></explain-form>`)}
      </wa-card>
    `
  }

  #type = (event: Event): void => {
    this.text = fieldValue(event)
    this.pasted = undefined
    const isPasted = event instanceof InputEvent && event.inputType === 'insertFromPaste'
    // A token is a secret: it does not stay in sight.
    if (isPasted || readPasted(this.text).kind === 'token') this.#read()
  }

  #find = (event: Event): void => {
    event.preventDefault()
    this.#read()
  }

  #read(): void {
    const pasted = readPasted(this.text)
    this.pasted = pasted
    if (pasted.kind === 'token') this.text = ''
    const id =
      pasted.kind === 'report' ? pasted.report.requestId : pasted.kind === 'request' ? pasted.id : undefined
    const { user, code } = this.route.query
    go(href(['explain'], { user, code, request: id }))
  }
}
customElements.define('explain-page', ExplainPage)
