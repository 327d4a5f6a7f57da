import { html, nothing, type TemplateResult } from 'lit'
import { dateTime } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import { textOf, type Words } from '../messages/words.ts'
import type { PanelReport } from '../refusals/pasted.ts'
import { reasonOf } from '../refusals/reason.ts'

/**
 * What a report of the tag tells, which anybody may have written.
 * @param isExplained whether the refusal that it names is shown too, which says why and what to do
 */
export function refusalReport(words: Words, report: PanelReport, isExplained: boolean): TemplateResult {
  const { refusals } = words
  const { code, edge, checks } = report
  const reason = code === null ? undefined : reasonOf(words, code)
  const isElsewhere = edge !== null && edge !== location.origin
  return html`
    <wa-card>
      <h2 tabindex="-1">${isExplained ? refusals.report.title : (reason?.why ?? refusals.report.title)}</h2>
      ${
        isElsewhere
          ? html`<wa-callout variant="warning">
              <wa-icon slot="icon" name="triangle-alert"></wa-icon>${refusals.report.elsewhere(isolated(edge))}
            </wa-callout>`
          : nothing
      }
      ${isExplained ? nothing : html`<p>${code === null ? refusals.report.noCode : (reason?.remedy ?? nothing)}</p>`}
      ${facts(words, report)}
      <h3>${refusals.report.found}</h3>
      <ul class="checks">
        ${[...checks]
          .sort((one, other) => rank(one.ok) - rank(other.ok))
          .map(
            ({ check, ok, detail }) => html`
            <li class=${ok === false ? 'failed' : ok ? 'passed' : ''}>
              <wa-icon name=${ICONS[String(ok)] ?? 'minus'} label=${outcome(words, ok)}></wa-icon>
              <span><strong>${textOf(refusals.report.checks, check) ?? given(check)}</strong> <small class="fine" lang="en">${given(detail)}</small></span>
            </li>
          `,
          )}
      </ul>
    </wa-card>
  `
}

const ICONS: Readonly<Record<string, string>> = { true: 'circle-check', false: 'circle-x', null: 'minus' }

/** What is wrong comes first. */
function rank(ok: boolean | null): number {
  return [false, null, true].indexOf(ok)
}

function outcome({ refusals }: Words, ok: boolean | null): string {
  const { fine, wrong, unasked } = refusals.report
  if (ok === null) return unasked
  return ok ? fine : wrong
}

function facts({ refusals, requestId }: Words, report: PanelReport): TemplateResult {
  const { at, page, code, state, browser } = report
  const rows: [string, unknown][] = [
    [refusals.report.at, at === null || Number.isNaN(Date.parse(at)) ? null : dateTime(at)],
    [refusals.website, page && given(page)],
    [refusals.code, code && html`<code>${given(code)}</code>`],
    [refusals.report.state, state && html`<code>${given(state)}</code>`],
    [requestId, report.requestId && html`<code class="long">${given(report.requestId)}</code>`],
    [refusals.report.browser, browser && html`<small class="fine">${given(browser)}</small>`],
  ]
  return html`
    <dl>
      ${rows.map(([name, value]) => (value === null ? nothing : html`<dt>${name}</dt><dd>${value}</dd>`))}
    </dl>
  `
}
