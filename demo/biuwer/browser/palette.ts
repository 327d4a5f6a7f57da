/** The colours of the style sheet, for drawing on a canvas. */
export interface Palette {
  ink: string
  muted: string
  line: string
  accent: string
  faded: string
  warm: string
}

export function currentPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: colour('ink'),
    muted: colour('muted'),
    line: colour('line'),
    accent: colour('accent'),
    faded: colour('faded'),
    warm: colour('warm'),
  }
}
