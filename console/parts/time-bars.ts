import { html, nothing, svg, type TemplateResult } from 'lit'
import { number } from '../formats.ts'

/** How much of one thing there was at each time. */
export interface TimeBars {
  name: string
  values: readonly number[]
  /** Drawn hatched and in another colour, so that it is told apart without colours, too. */
  isBad?: boolean
}

/** Height of the drawing, in its own units: the page gives it its size. */
const HEIGHT = 100
/** Units of its width for a bar with the gap behind it. */
const STEP = 10

/**
 * A row of bars over time. What it shows stands beside it in numbers; assistive technology reads the table instead.
 * @param labels what each time is called, for whoever points at a bar
 * @param mostText says how much the highest bar stands for
 */
export function timeBars(
  { name, values, isBad }: TimeBars,
  labels: readonly string[],
  mostText: (most: string) => string,
): TemplateResult {
  const most = Math.max(...values, 0)
  const total = values.reduce((sum, value) => sum + value, 0)
  return html`
    <figure class="time-bars" aria-hidden="true">
      <figcaption><strong>${name}: ${number(total)}</strong> ${most > 0 ? html`<small class="fine">${mostText(number(most))}</small>` : nothing}</figcaption>
      <svg viewBox="0 0 ${values.length * STEP} ${HEIGHT}" preserveAspectRatio="none" class=${isBad ? 'bad' : 'good'}>
        ${isBad ? HATCHING : nothing}
        ${values.map((value, index) => {
          // What happened once is seen, too.
          const height = value === 0 ? 0 : Math.max((value / most) * HEIGHT, 3)
          return svg`<rect x=${index * STEP} y=${HEIGHT - height} width=${STEP * 0.8} height=${height}>
            <title>${labels[index]}: ${number(value)}</title>
          </rect>`
        })}
        <line x1="0" x2=${values.length * STEP} y1=${HEIGHT} y2=${HEIGHT} vector-effect="non-scaling-stroke"></line>
      </svg>
    </figure>
  `
}

const HATCHING = svg`
  <pattern id="hatching" width="6" height="6" patternUnits="userSpaceOnUse">
    <rect class="ground" width="6" height="6"></rect>
    <path d="M0 6 6 0"></path>
  </pattern>
`

/** The first, the middle and the last time, below the bars. */
export function timeAxis(labels: readonly string[]): TemplateResult {
  const shown = [labels[0], labels[Math.floor(labels.length / 2)], labels.at(-1)]
  return html`<p class="time-axis fine" aria-hidden="true">${shown.map((label) => html`<span>${label}</span>`)}</p>`
}
