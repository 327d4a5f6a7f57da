import type { SharedResource } from '../shared-resource.ts'
import { element } from './element.ts'
import { count, money, percent, points, relative } from './formats.ts'
import { type Category, type Totals, totalOf } from './totals.ts'

interface Figure {
  label: string
  value: (totals: Totals) => number
  format: (value: number) => string
  /** Writes the change on the year before; the change of a share is in percentage points. */
  change: (now: number, before: number) => string
  /** Whether a higher figure is good or bad news. */
  rising: 'good' | 'bad'
}

const FIGURES: Figure[] = [
  { label: 'Rentals', value: (totals) => totals.rentals, format: count, change: relative, rising: 'good' },
  { label: 'Revenue', value: (totals) => totals.revenue, format: money, change: relative, rising: 'good' },
  {
    label: 'Late returns',
    value: (totals) => totals.late / totals.rentals,
    format: percent,
    change: points,
    rising: 'bad',
  },
  {
    label: 'Revenue per rental',
    value: (totals) => totals.revenue / totals.rentals,
    format: (value) => `$${value.toFixed(2)}`,
    change: relative,
    rising: 'good',
  },
]

/** The year's headline figures, each with its change on the year before. */
export function figuresBlock(shared: SharedResource, category: Category): HTMLElement {
  const now = totalOf(shared.months, shared.year, category)
  const before = totalOf(shared.months, shared.year - 1, category)
  return element(
    'dl',
    { class: 'figures' },
    ...FIGURES.map((figure) => {
      const change = figure.value(now) / figure.value(before) - 1
      const mood =
        Math.abs(change) < 0.0005 ? 'even' : change > 0 === (figure.rising === 'good') ? 'good' : 'bad'
      return element(
        'div',
        { class: 'figure' },
        element('dt', {}, figure.label),
        element('dd', { class: 'figure-value' }, figure.format(figure.value(now))),
        element(
          'dd',
          { class: 'figure-change' },
          element('span', { class: mood }, figure.change(figure.value(now), figure.value(before))),
          ` on ${shared.year - 1}`,
        ),
      )
    }),
  )
}
