import { CATEGORIES, figuresOf, YEAR } from './data.ts'
import { RESOURCES } from './resources.ts'
import type { Block, SharedResource, View } from './shared-resource.ts'

const RENTALS = page(RESOURCES.rentals, 'Rentals', ['figures', 'revenue', 'categories', 'films'])
const RETURNS = page(RESOURCES.returns, 'Returns', ['figures', 'late-returns', 'films'])
const REVENUE = page(RESOURCES.revenue, 'Revenue by month', ['revenue'])
const BY_CATEGORY = page(RESOURCES.categories, 'Rentals by category', ['categories'])
const LATE = page(RESOURCES.lateReturns, 'Late returns', ['late-returns'])

const CATALOGUE: Record<string, { kind: SharedResource['kind']; title: string; views: View[] }> = {
  [RESOURCES.rentals]: { kind: 'page', title: 'Film rentals', views: [RENTALS] },
  [RESOURCES.returns]: { kind: 'page', title: 'Film returns', views: [RETURNS] },
  [RESOURCES.revenue]: { kind: 'card', title: REVENUE.title, views: [REVENUE] },
  [RESOURCES.categories]: { kind: 'card', title: BY_CATEGORY.title, views: [BY_CATEGORY] },
  [RESOURCES.lateReturns]: { kind: 'card', title: LATE.title, views: [LATE] },
  [RESOURCES.reports]: {
    kind: 'collection',
    title: 'Film reports',
    views: [RENTALS, RETURNS, REVENUE, BY_CATEGORY],
  },
}

function page(id: string, title: string, blocks: Block[]): View {
  return { id, title, blocks }
}

/** The resource with the rows of this store; undefined if there is no store, or no such resource. */
export function sharedWith(store: string | undefined, resource: string): SharedResource | undefined {
  if (store === undefined || !Object.hasOwn(CATALOGUE, resource)) return undefined
  const entry = CATALOGUE[resource]
  return (
    entry && {
      ...entry,
      store,
      year: YEAR,
      categories: [...CATEGORIES],
      ...figuresOf(store),
    }
  )
}
