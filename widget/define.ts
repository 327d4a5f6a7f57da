import { BiuwerEmbedElement } from './biuwer-embed.ts'
import { setDefaultEdge } from './connection/edge-origin.ts'

declare global {
  interface HTMLElementTagNameMap {
    'biuwer-embed': BiuwerEmbedElement
  }
}

/** Registers the tag, unless a script before this one did. */
export function define(defaultEdge?: string | null): void {
  if (customElements.get('biuwer-embed')) return
  if (defaultEdge) setDefaultEdge(defaultEdge)
  customElements.define('biuwer-embed', BiuwerEmbedElement)
}
