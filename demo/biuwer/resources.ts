/** What the sample instance shares, under the ids that Biuwer would give when a resource is shared. */
export const RESOURCES = {
  rentals: 'film-rentals-page',
  returns: 'film-returns-page',
  revenue: 'film-revenue-card',
  categories: 'film-categories-card',
  lateReturns: 'film-late-returns-card',
  reports: 'film-reports-collection',
} as const

export type ResourceName = keyof typeof RESOURCES
