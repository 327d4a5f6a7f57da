import { BiuwerEmbedElement } from './biuwer-embed.ts'
import { setDefaultEdge } from './connection/edge-origin.ts'
import type { DiagnosisLoader } from './diagnosis/diagnosis.ts'
import { type ExtrasLoader, setExtrasLoader } from './panel/panel-extras.ts'

declare global {
  interface HTMLElementTagNameMap {
    'biuwer-embed': BiuwerEmbedElement
  }
}

/**
 * Registers the tag, unless a script before this one did. `edge` is the edge that the script came from: tags that name none
 * open there, and no tag may name another unless the page allows it. Returns the class that is registered.
 */
export function define(
  edge: string | null,
  loadDiagnosis: DiagnosisLoader,
  loadExtras: ExtrasLoader,
): typeof BiuwerEmbedElement {
  const registered = customElements.get('biuwer-embed')
  if (registered) return registered as typeof BiuwerEmbedElement
  if (edge) {
    setDefaultEdge(edge)
    BiuwerEmbedElement.allowEdges([])
  }
  BiuwerEmbedElement.loadDiagnosis = loadDiagnosis
  setExtrasLoader(loadExtras)
  customElements.define('biuwer-embed', BiuwerEmbedElement)
  return BiuwerEmbedElement
}
