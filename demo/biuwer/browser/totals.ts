import type { MonthlyFigures } from '../shared-resource.ts'

/** `null` stands for all categories. */
export type Category = string | null

export interface Totals {
  rentals: number
  revenue: number
  late: number
}

export function totalOf(rows: readonly MonthlyFigures[], year: number, category: Category): Totals {
  return sum(rows.filter((row) => row.month.startsWith(`${year}-`) && isOf(row, category)))
}

/** January to December. */
export function totalsByMonth(rows: readonly MonthlyFigures[], year: number, category: Category): Totals[] {
  return Array.from({ length: 12 }, (_, index) => {
    const month = `${year}-${String(index + 1).padStart(2, '0')}`
    return sum(rows.filter((row) => row.month === month && isOf(row, category)))
  })
}

export function isOf(row: { category: string }, category: Category): boolean {
  return category === null || row.category === category
}

function sum(rows: readonly MonthlyFigures[]): Totals {
  const total = { rentals: 0, revenue: 0, late: 0 }
  for (const row of rows) {
    total.rentals += row.rentals
    total.revenue += row.revenue
    total.late += row.late
  }
  return total
}
