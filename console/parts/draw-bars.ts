import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  Tooltip,
} from 'chart.js'

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip)
Chart.defaults.maintainAspectRatio = false
// Charts appear without animation: movement would add nothing.
Chart.defaults.animation = false

export interface Bars {
  labels: string[]
  series: { name: string; colour: string; values: number[] }[]
  /** Whether series stand upon each other; else beside each other. */
  stacked: boolean
  horizontal: boolean
}

/** Draws bars in the colours and the font of the page. Destroy the chart before its canvas is removed. */
export function drawBars(canvas: HTMLCanvasElement, { labels, series, stacked, horizontal }: Bars): Chart {
  const style = getComputedStyle(canvas)
  Chart.defaults.font.family = style.fontFamily
  Chart.defaults.color = style.color
  const line = style.getPropertyValue('--chart-line').trim()
  const counts = { beginAtZero: true, stacked, ticks: { precision: 0 }, grid: { color: line } }
  const names = { stacked, grid: { display: false } }
  const config: ChartConfiguration<'bar'> = {
    type: 'bar',
    data: {
      labels,
      datasets: series.map(({ name, colour, values }) => ({
        label: name,
        data: values,
        backgroundColor: style.getPropertyValue(colour).trim(),
        maxBarThickness: 28,
      })),
    },
    options: {
      indexAxis: horizontal ? 'y' : 'x',
      scales: horizontal ? { x: counts, y: names } : { x: names, y: counts },
      plugins: { legend: { display: series.length > 1, position: 'bottom' } },
    },
  }
  return new Chart(canvas, config)
}

export type { Chart }
