import type { PropertyValues } from 'lit'
import { ConsoleElement } from '../element.ts'
import type { Bars, Chart } from './draw-bars.ts'

/** The base of the charts. It loads the library that draws with the first chart. */
export abstract class BarChart extends ConsoleElement {
  #chart: Chart | undefined
  readonly #dark = matchMedia('(prefers-color-scheme: dark)')

  protected abstract bars(): Bars

  override connectedCallback(): void {
    super.connectedCallback()
    this.#dark.addEventListener('change', this.#draw)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#dark.removeEventListener('change', this.#draw)
    this.#chart?.destroy()
    this.#chart = undefined
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    void this.#draw()
  }

  #draw = async (): Promise<void> => {
    const { drawBars } = await import('./draw-bars.ts')
    const canvas = this.querySelector('canvas')
    if (!canvas || !this.isConnected) return
    this.#chart?.destroy()
    this.#chart = drawBars(canvas, this.bars())
  }
}
