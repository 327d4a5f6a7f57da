import { BiuwerEmbedElement } from './biuwer-embed.ts'
import { setDefaultEdge } from './connection/edge-origin.ts'
import type { DiagnosisLoader } from './diagnosis/diagnosis.ts'
import { setLanguagesLoader } from './panel/messages/language.ts'
import type { LanguagesLoader } from './panel/messages/languages.ts'

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
  loadLanguages: LanguagesLoader,
): typeof BiuwerEmbedElement {
  const registered = customElements.get('biuwer-embed')
  if (registered) return registered as typeof BiuwerEmbedElement
  if (edge) {
    setDefaultEdge(edge)
    BiuwerEmbedElement.allowEdges([])
  }
  BiuwerEmbedElement.loadDiagnosis = loadDiagnosis
  setLanguagesLoader(loadLanguages)
  customElements.define('biuwer-embed', BiuwerEmbedElement)
  return BiuwerEmbedElement
}
