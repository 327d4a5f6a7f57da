import type { Chart } from 'chart.js'
import type { Block, SharedResource, View } from '../shared-resource.ts'
import { type ChartBlock, draw } from './charts.ts'
import { element } from './element.ts'
import { figuresBlock } from './figures.ts'
import { filmsTable, type Sorting } from './films-table.ts'
import { currentPalette } from './palette.ts'
import type { Category } from './totals.ts'

const HEADINGS: Record<Exclude<Block, 'figures'>, string> = {
  revenue: 'Revenue by month',
  categories: 'Rentals by category',
  'late-returns': 'Late returns, share of rentals',
  films: 'Films',
}

/**
 * Shows a shared resource in `root` and follows the reader's choices.
 * @param opened when this page was loaded
 */
export function showReport(root: HTMLElement, shared: SharedResource, opened: Date): void {
  const [first] = shared.views
  if (!first) throw new Error('a shared resource has at least one view')
  let view = first
  let category: Category = null
  let sorting: Sorting = 'rentals'
  let charts: Chart[] = []

  const render = () => {
    const focused = document.activeElement?.getAttribute('data-focus')
    const drawing: { canvas: HTMLCanvasElement; block: ChartBlock }[] = []
    for (const chart of charts) chart.destroy()
    root.className = shared.kind
    root.replaceChildren(
      heading(shared, opened),
      ...(shared.views.length > 1 ? [viewsMenu(shared.views, view, chooseView)] : []),
      categoriesMenu(shared.categories, category, chooseCategory),
      element('div', { class: 'blocks' }, ...view.blocks.map((block) => blockElement(block, drawing))),
    )
    charts = drawing.map(({ canvas, block }) => draw(canvas, block, shared, category, currentPalette()))
    // Every choice replaces the buttons, so the focus moves to the one that took the place of the focused one.
    if (focused) root.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus()
  }

  const blockElement = (block: Block, drawing: { canvas: HTMLCanvasElement; block: ChartBlock }[]) => {
    if (block === 'figures') return figuresBlock(shared, category)
    const title = element('h2', {}, HEADINGS[block])
    if (block === 'films') {
      return element(
        'section',
        { class: 'block films-block' },
        title,
        filmsTable(shared, category, sorting, chooseSorting),
      )
    }
    const canvas = element('canvas', {
      role: 'img',
      'aria-label': `${HEADINGS[block]}, ${category ?? 'all categories'}`,
    })
    drawing.push({ canvas, block })
    const legend = block === 'categories' ? [] : [yearsLegend(block, shared.year)]
    return element(
      'section',
      { class: `block ${block}-block` },
      element('div', { class: 'block-head' }, title, ...legend),
      element('div', { class: 'chart' }, canvas),
    )
  }

  const chooseView = (chosen: View) => {
    view = chosen
    render()
  }
  const chooseCategory = (chosen: Category) => {
    category = chosen
    render()
  }
  const chooseSorting = (chosen: Sorting) => {
    sorting = chosen
    render()
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => render())
  render()
}

function heading(shared: SharedResource, opened: Date): HTMLElement {
  const time = opened.toLocaleTimeString('en-GB')
  return element(
    'header',
    {},
    element('h1', {}, shared.title),
    element(
      'p',
      { class: 'facts' },
      element('strong', { class: 'store' }, shared.store),
      element('span', {}, `${shared.year}`),
      element('span', {}, 'Sample data'),
      element('span', {}, 'opened at ', element('time', { datetime: opened.toISOString() }, time)),
    ),
  )
}

function viewsMenu(views: readonly View[], current: View, choose: (view: View) => void): HTMLElement {
  return element(
    'nav',
    { class: 'views', 'aria-label': 'Reports' },
    ...views.map((view) => {
      const button = element('button', { type: 'button', 'data-focus': `view-${view.id}` }, view.title)
      if (view === current) button.setAttribute('aria-current', 'page')
      button.addEventListener('click', () => choose(view))
      return button
    }),
  )
}

function categoriesMenu(
  categories: readonly string[],
  current: Category,
  choose: (category: Category) => void,
): HTMLElement {
  const names: Category[] = [null, ...categories]
  return element(
    'div',
    { class: 'categories', role: 'group', 'aria-label': 'Category' },
    ...names.map((name) => {
      const label = name ?? 'All'
      const attributes = {
        type: 'button',
        'aria-pressed': `${name === current}`,
        'data-focus': `category-${label}`,
      }
      const button = element('button', attributes, label)
      button.addEventListener('click', () => choose(name))
      return button
    }),
  )
}

function yearsLegend(block: 'revenue' | 'late-returns', year: number): HTMLElement {
  return element(
    'p',
    { class: `legend ${block}-legend` },
    element('span', { class: 'this-year' }, `${year}`),
    element('span', { class: 'last-year' }, `${year - 1}`),
  )
}
