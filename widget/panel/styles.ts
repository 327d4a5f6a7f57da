import { css } from '@lit/reactive-element'

/** The element's styles. Their system colours follow `color-scheme` and forced colours by themselves. */
export const styles = css`
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
    width: 100%;
    height: 100%;
    border: 0;
    color-scheme: light;
  }
  div {
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
    font: 1rem/1.5 system-ui;
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
