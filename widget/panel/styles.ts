/** The element's styles. Their system colours follow `color-scheme` and forced colours by themselves. */
const STYLES = `
  :host {
    display: block;
    position: relative;
    width: var(--biuwer-embed-width, 100%);
    height: var(--biuwer-embed-height, 600px);
    overflow: hidden;
    border-radius: var(--biuwer-embed-radius, 0);
    color-scheme: light dark;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  iframe {
    display: block;
    width: 100%;
    height: 100%;
    border: 0;
    color-scheme: light;
  }
  div {
    all: initial;
    visibility: inherit;
    pointer-events: inherit;
    color-scheme: inherit;
    position: absolute;
    inset: 0;
    display: grid;
    place-content: safe center;
    justify-items: center;
    gap: 12px;
    padding: 24px;
    overflow: auto;
    overflow-wrap: anywhere;
    text-align: center;
    font: medium/1.5 system-ui;
    color: var(--biuwer-embed-color, CanvasText);
    background: var(--biuwer-embed-background, Canvas);
  }
  p {
    margin: 0;
  }
  button {
    padding: 10px 20px;
    border: 1px solid;
    border-radius: 8px;
    font: inherit;
    color: var(--biuwer-embed-accent, inherit);
    background: none;
  }
  [role='status'] {
    animation: appear 0.2s 0.3s both;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
`

/** The sheets by document: none may be adopted in another document than the one that it was made for. */
const sheets = new WeakMap<Document, CSSStyleSheet>()

/** Gives a shadow root the element's styles, unless it has them, as after a move within its document. */
export function adoptStyles(root: ShadowRoot): void {
  const { ownerDocument, adoptedStyleSheets } = root
  const view = ownerDocument.defaultView
  // jsdom 30 has no such sheets, and a document that no window shows takes none.
  if (!adoptedStyleSheets || !view) return
  let sheet = sheets.get(ownerDocument)
  if (!sheet) {
    sheet = new view.CSSStyleSheet()
    sheet.replaceSync(STYLES)
    sheets.set(ownerDocument, sheet)
  }
  if (!adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [sheet]
}
