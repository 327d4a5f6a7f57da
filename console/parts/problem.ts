import type WaInput from '@awesome.me/webawesome/dist/components/input/input.js'
import { html, nothing, type TemplateResult } from 'lit'
import type { Mistake } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { parseTimestamp } from '../../worker/policy/time.ts'
import { textOf, type Words } from '../messages/words.ts'

/** What went wrong, and what to do about it. An error that did not come from the edge is a fault: it is thrown. */
export function problem(words: Words, error: unknown, retry?: () => void): TemplateResult {
  return html`
    <wa-callout variant="danger" role="alert">
      <wa-icon slot="icon" name="circle-alert"></wa-icon>
      ${explanation(words, error)}
      ${retry ? html`<wa-button size="s" appearance="outlined" @click=${retry}>${words.retry}</wa-button>` : nothing}
    </wa-callout>
  `
}

/** What went wrong, with texts for codes that say more here than what holds everywhere. */
export function problemHere(
  words: Words,
  error: unknown,
  texts: Readonly<Record<string, string>>,
): TemplateResult {
  return problem({ ...words, problems: { ...words.problems, ...texts } }, error)
}

function explanation(words: Words, error: unknown): TemplateResult {
  if (!(error instanceof EdgeError)) throw error
  const { code, detail, errors, requestId } = error
  // The mistakes of fields stand beside them too; the alert holds all, so that a screen reader announces them.
  return html`
    <p>${textOf(words.problems, code) ?? detail}</p>
    ${errors.length > 0 ? html`<ul>${errors.map((mistake) => html`<li><code>${mistake.path}</code>: ${inWords(words, error, mistake)}</li>`)}</ul>` : nothing}
    <p class="fine">
      <code>${code}</code>
      ${requestId ? html`· ${words.requestId} <code>${requestId}</code>` : nothing}
    </p>
  `
}

/** What is wrong in one field; empty if nothing. */
export function mistakeIn(words: Words, error: unknown, field: string): string {
  if (!(error instanceof EdgeError)) return ''
  const ofField = error.errors.filter(({ path }) => path === field || path.startsWith(`${field}.`))
  // Several lines of a field may have the same mistake.
  return [...new Set(ofField.map((mistake) => inWords(words, error, mistake)))].join(' ')
}

/** A mistake in the person's language, where there are words for its field: the edge speaks to programs, in English. */
function inWords({ mistakes }: Words, { requestId }: EdgeError, { path, message }: Mistake): string {
  // What was found before the edge was asked is in the person's language already.
  if (requestId === null) return message
  return textOf(mistakes, path.replace(/\.\d+$/, '.*')) ?? message
}

/**
 * Which times of a request are wrong: those that the edge would refuse, such as one of a year with five digits, and those whose
 * field in `form` is filled in by half. Date fields accept both, and give the value of the latter as an empty text.
 */
export function wrongTimes(
  words: Words,
  times: Readonly<Record<string, string | null | undefined>>,
  form: Element,
): Mistake[] {
  const refused = Object.entries(times).filter(([, time]) => time && parseTimestamp(time) === undefined)
  const halfFilled = [...form.querySelectorAll<WaInput>('wa-input[type=datetime-local]')]
    .filter(({ input }) => input.validity.badInput)
    .map(({ name }) => name ?? '')
  return [...refused.map(([path]) => path), ...halfFilled].map((path) => ({ path, message: words.wrongTime }))
}

/** Refuses a request with mistakes as the edge would, so that they stand beside their fields; passes one without. */
export function refuseMistakes(errors: readonly Mistake[]): void {
  if (errors.length > 0) throw new EdgeError('invalid_request', '', { errors })
}

/** The hint of a field, which a mistake in it replaces. */
export function hint(text: string, mistake: string): TemplateResult {
  return html`<span slot="hint">${mistake ? html`<span class="mistake">${mistake}</span>` : text}</span>`
}

/** What went wrong with a change, and, where its answer was lost, that it may have been done all the same. */
export function problemOfChange(words: Words, error: EdgeError, lost: string): TemplateResult {
  const mayBeDone = error.code === 'unreachable' || error.code === 'timeout'
  return html`${problem(words, error)} ${mayBeDone ? html`<p>${lost}</p>` : nothing}`
}
