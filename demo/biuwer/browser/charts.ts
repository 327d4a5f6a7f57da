import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'
import type { SharedResource } from '../shared-resource.ts'
import { count, MONTHS, money, percent } from './formats.ts'
import type { Palette } from './palette.ts'
import { type Category, type Totals, totalOf, totalsByMonth } from './totals.ts'

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)
Chart.defaults.font.family = 'ui-sans-serif, system-ui, sans-serif'
Chart.defaults.font.size = 12
Chart.defaults.maintainAspectRatio = false
// Charts are drawn without animation: browsers hold back animation frames of frames that are out of sight.
Chart.defaults.animation = false

export type ChartBlock = 'revenue' | 'categories' | 'late-returns'

/** Draws a block. Destroy the chart before its canvas is removed. */
export function draw(
  canvas: HTMLCanvasElement,
  block: ChartBlock,
  shared: SharedResource,
  category: Category,
  palette: Palette,
): Chart {
  return new Chart(canvas, CONFIGURATIONS[block](shared, category, palette))
}

const CONFIGURATIONS = {
  revenue: revenueChart,
  categories: categoriesChart,
  'late-returns': lateReturnsChart,
}

function revenueChart(shared: SharedResource, category: Category, palette: Palette): ChartConfiguration {
  const series = (year: number) => totalsByMonth(shared.months, year, category).map((month) => month.revenue)
  return {
    type: 'bar',
    data: {
      labels: MONTHS,
      datasets: [
        bars(`${shared.year}`, series(shared.year), palette.accent),
        bars(`${shared.year - 1}`, series(shared.year - 1), palette.faded),
      ],
    },
    options: overTime(palette, money, true),
  }
}

function lateReturnsChart(shared: SharedResource, category: Category, palette: Palette): ChartConfiguration {
  const rate = (totals: Totals) => totals.late / totals.rentals
  const series = (year: number) => totalsByMonth(shared.months, year, category).map(rate)
  return {
    type: 'line',
    data: {
      labels: MONTHS,
      datasets: [
        line(`${shared.year}`, series(shared.year), palette.warm, []),
        line(`${shared.year - 1}`, series(shared.year - 1), palette.faded, [4, 4]),
      ],
    },
    options: overTime(palette, percent, false),
  }
}

function categoriesChart(shared: SharedResource, category: Category, palette: Palette): ChartConfiguration {
  const ranked = shared.categories
    .map((name) => ({ name, rentals: totalOf(shared.months, shared.year, name).rentals }))
    .sort((a, b) => b.rentals - a.rentals)
  return {
    type: 'bar',
    data: {
      labels: ranked.map(({ name }) => name),
      datasets: [
        {
          label: 'Rentals',
          data: ranked.map(({ rentals }) => rentals),
          backgroundColor: ranked.map(({ name }) =>
            category === null || name === category ? palette.accent : palette.faded,
          ),
          borderRadius: 2,
          categoryPercentage: 0.82,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: {
          beginAtZero: true,
          border: { display: false },
          grid: { color: palette.line },
          ticks: { color: palette.muted, maxTicksLimit: 5, callback: (value) => count(Number(value)) },
        },
        y: { border: { display: false }, grid: { display: false }, ticks: { color: palette.ink } },
      },
      plugins: { tooltip: { callbacks: { label: ({ parsed }) => `${count(parsed.x ?? 0)} rentals` } } },
    },
  }
}

function bars(label: string, data: number[], colour: string) {
  return {
    label,
    data,
    backgroundColor: colour,
    borderRadius: 2,
    categoryPercentage: 0.74,
    barPercentage: 0.95,
  }
}

function line(label: string, data: number[], colour: string, dash: number[]) {
  return {
    label,
    data,
    borderColor: colour,
    backgroundColor: colour,
    borderDash: dash,
    borderWidth: 2,
    pointRadius: 0,
    pointHitRadius: 14,
    tension: 0.25,
  }
}

function overTime(palette: Palette, format: (value: number) => string, fromZero: boolean) {
  return {
    interaction: { mode: 'index' as const, intersect: false },
    scales: {
      x: {
        border: { color: palette.line },
        grid: { display: false },
        ticks: { color: palette.muted, maxRotation: 0, autoSkipPadding: 8 },
      },
      y: {
        beginAtZero: fromZero,
        border: { display: false },
        grid: { color: palette.line },
        ticks: {
          color: palette.muted,
          maxTicksLimit: 6,
          callback: (value: number | string) => format(Number(value)),
        },
      },
    },
    plugins: {
      tooltip: {
        callbacks: {
          label: ({
            dataset,
            parsed,
          }: {
            dataset: { label?: string | undefined }
            parsed: { y: number | null }
          }) => `${dataset.label}: ${format(parsed.y ?? 0)}`,
        },
      },
    },
  }
}
