/**
 * Stands in for Lit's own `css-tag.js` in what the edge serves. Every engine that the tag runs in adopts
 * constructable stylesheets; Lit's way round them, style elements, a strict policy refuses anyway.
 */
interface Styles {
  readonly cssText: string
  sheet?: CSSStyleSheet
}

export const css = ({ raw }: TemplateStringsArray): Styles => ({ cssText: raw.join('') })

export const getCompatibleStyle = (styles: Styles): Styles => styles

export function adoptStyles(root: ShadowRoot, all: Styles[]): void {
  root.adoptedStyleSheets = all.map((styles) => {
    if (!styles.sheet) {
      styles.sheet = new CSSStyleSheet()
      styles.sheet.replaceSync(styles.cssText)
    }
    return styles.sheet
  })
}

// Lit passes these on; nothing here uses them, so they fall out of the bundle.
export const CSSResult = undefined
export const unsafeCSS = undefined
export const supportsAdoptingStyleSheets = true
