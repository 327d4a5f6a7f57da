import { randomOf } from './random.ts'
import type { FilmFigures, MonthlyFigures } from './shared-resource.ts'

/** Sample figures of no real business. A seeded generator makes them, so they are the same on every machine. */

export const YEAR = 2025

export const CATEGORIES = [
  'Action',
  'Animation',
  'Comedy',
  'Documentary',
  'Drama',
  'Family',
  'Sci-Fi',
  'Thriller',
] as const

/** Rentals of each calendar month relative to the year's mean: winter and the summer holidays are busy. */
const SEASON = [1.16, 1.04, 0.97, 0.9, 0.86, 0.93, 1.08, 1.1, 0.88, 0.95, 1.02, 1.21]

const TITLE_FIRST = [
  'Amber',
  'Broken',
  'Crimson',
  'Distant',
  'Electric',
  'Final',
  'Golden',
  'Hidden',
  'Iron',
  'Lunar',
]
const TITLE_LAST = [
  'Harbour',
  'Orchard',
  'Signal',
  'Winter',
  'Passage',
  'Lantern',
  'Meridian',
  'Garden',
  'Voyage',
]

const FILMS_PER_CATEGORY = 9

export interface StoreFigures {
  months: MonthlyFigures[]
  films: FilmFigures[]
}

/** Two years of one store, month by month and category by category, and its films of the reported year. */
export function figuresOf(store: string): StoreFigures {
  const random = randomOf(`film rentals of ${store}`)
  const size = 900 + random() * 900
  const months: MonthlyFigures[] = []
  const films: FilmFigures[] = []
  for (const category of CATEGORIES) {
    const popularity = (0.55 + random() * 0.9) / CATEGORIES.length
    const price = 3.2 + random() * 1.6
    const lateness = 0.08 + random() * 0.11
    const growth = 0.96 + random() * 0.2
    for (let month = 0; month < 24; month++) {
      const season = SEASON[month % 12] ?? 1
      const trend = growth ** (month / 12)
      const rentals = Math.round(size * popularity * season * trend * (0.93 + random() * 0.14))
      months.push({
        month: `${YEAR - 1 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`,
        category,
        rentals,
        revenue: Math.round(rentals * price * 100) / 100,
        late: Math.round(rentals * lateness * (1.12 - month * 0.008) * (0.85 + random() * 0.3)),
      })
    }
    films.push(...filmsOf(category, months))
  }
  return { months, films }
}

/** Divides the category's year among its films, so that the table and the charts have the same totals. */
function filmsOf(category: (typeof CATEGORIES)[number], months: MonthlyFigures[]): FilmFigures[] {
  const ofYear = months.filter((row) => row.category === category && row.month.startsWith(`${YEAR}`))
  const total = (pick: (row: MonthlyFigures) => number) => ofYear.reduce((sum, row) => sum + pick(row), 0)
  const random = randomOf(`films of ${category}`)
  const shares = Array.from({ length: FILMS_PER_CATEGORY }, (_, rank) => (0.7 + random() * 0.6) / (rank + 2))
  const whole = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share, index) => {
    const part = share / whole
    return {
      title: titleOf(CATEGORIES.indexOf(category) * FILMS_PER_CATEGORY + index),
      category,
      rentals: Math.round(total((row) => row.rentals) * part),
      revenue: Math.round(total((row) => row.revenue) * part * 100) / 100,
      late: Math.round(total((row) => row.late) * part * (0.7 + random() * 0.6)),
    }
  })
}

/** A film title. Each index has its own, since the lengths of the two lists have no common divisor. */
function titleOf(index: number): string {
  return `${TITLE_FIRST[index % TITLE_FIRST.length]} ${TITLE_LAST[index % TITLE_LAST.length]}`
}
