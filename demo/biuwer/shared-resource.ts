/** Types of what the stand-in's server answers to its own page; the browser code shares them. */

export type Block = 'figures' | 'revenue' | 'categories' | 'late-returns' | 'films'

/** A screen of the resource. A Page or a Card has one, a Collection one for each thing that it holds. */
export interface View {
  id: string
  title: string
  blocks: Block[]
}

/** One month of one category in one store. */
export interface MonthlyFigures {
  /** `YYYY-MM` */
  month: string
  category: string
  rentals: number
  /** US dollars. */
  revenue: number
  /** Rentals that came back after their due date. */
  late: number
}

/** One film in one store over the reported year. */
export interface FilmFigures {
  title: string
  category: string
  rentals: number
  /** US dollars. */
  revenue: number
  late: number
}

export interface SharedResource {
  kind: 'page' | 'card' | 'collection'
  title: string
  store: string
  /** The year that is reported. The figures of the year before are there for comparison. */
  year: number
  categories: string[]
  views: View[]
  months: MonthlyFigures[]
  films: FilmFigures[]
}
