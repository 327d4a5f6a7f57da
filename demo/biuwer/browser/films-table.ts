import type { FilmFigures, SharedResource } from '../shared-resource.ts'
import { element } from './element.ts'
import { count, money, percent } from './formats.ts'
import { type Category, isOf } from './totals.ts'

const ROWS = 10

const COLUMNS = {
  rentals: { label: 'Rentals', value: (film: FilmFigures) => film.rentals, format: count },
  revenue: { label: 'Revenue', value: (film: FilmFigures) => film.revenue, format: money },
  late: { label: 'Late', value: (film: FilmFigures) => film.late / film.rentals, format: percent },
}

export type Sorting = keyof typeof COLUMNS

const SORTINGS: Sorting[] = ['rentals', 'revenue', 'late']

/** A table of the ten films with the highest values in the chosen column. */
export function filmsTable(
  shared: SharedResource,
  category: Category,
  sorting: Sorting,
  onSort: (sorting: Sorting) => void,
): HTMLElement {
  const { value } = COLUMNS[sorting]
  const leading = shared.films
    .filter((film) => isOf(film, category))
    .sort((a, b) => value(b) - value(a))
    .slice(0, ROWS)
  const table = element(
    'table',
    {},
    element('caption', { class: 'hidden' }, `Films by ${COLUMNS[sorting].label.toLowerCase()}`),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'Film'),
        element('th', { scope: 'col', class: 'wide' }, 'Category'),
        ...SORTINGS.map((name) => sortableHead(name, name === sorting, onSort)),
      ),
    ),
    element(
      'tbody',
      {},
      ...leading.map((film) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, film.title),
          element('td', { class: 'wide' }, film.category),
          ...SORTINGS.map((name) =>
            element('td', { class: 'number' }, COLUMNS[name].format(COLUMNS[name].value(film))),
          ),
        ),
      ),
    ),
  )
  return element('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': 'Films' }, table)
}

function sortableHead(name: Sorting, sorted: boolean, onSort: (sorting: Sorting) => void): HTMLElement {
  const button = element('button', { type: 'button', 'data-focus': `sort-${name}` }, COLUMNS[name].label)
  button.addEventListener('click', () => onSort(name))
  const head = element('th', { scope: 'col', class: 'number' }, button)
  if (sorted) head.setAttribute('aria-sort', 'descending')
  return head
}
