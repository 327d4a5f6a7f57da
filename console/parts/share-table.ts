import { html, nothing, svg, type TemplateResult } from 'lit'
import { number } from '../formats.ts'

/** One of several things that are counted alike. */
export interface Share {
  name: unknown
  count: number
  /** How many of another kind, in a column of its own: refusals beside openings. */
  bad?: number
}

/** What the columns are called. */
export interface ShareHeadings {
  name: string
  count: string
  bad?: string
}

/**
 * Counts side by side, with a bar for each: the longest is the largest. The numbers stand beside the bars, which only show them
 * again.
 */
export function shareTable(
  headings: ShareHeadings,
  shares: readonly Share[],
  { isBad = false } = {},
): TemplateResult {
  const most = Math.max(...shares.map(({ count, bad = 0 }) => count + bad), 1)
  return html`
    <table class="shares">
      <thead>
        <tr>
          <th scope="col">${headings.name}</th>
          <th scope="col" class="number">${headings.count}</th>
          ${headings.bad === undefined ? nothing : html`<th scope="col" class="number">${headings.bad}</th>`}
        </tr>
      </thead>
      <tbody>
        ${shares.map(
          ({ name, count, bad = 0 }) => html`
            <tr>
              <th scope="row">${name}${bar(count, bad, most, isBad)}</th>
              <td class="number">${number(count)}</td>
              ${headings.bad === undefined ? nothing : html`<td class="number">${number(bad)}</td>`}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `
}

function bar(count: number, bad: number, most: number, isBad: boolean): TemplateResult {
  const width = (part: number) => (part / most) * 100
  return html`
    <svg class="share ${isBad ? 'bad' : 'good'}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect width=${width(count)} height="4"></rect>
      ${bad > 0 ? svg`<rect class="refused" x=${width(count)} width=${width(bad)} height="4"></rect>` : nothing}
    </svg>
  `
}
