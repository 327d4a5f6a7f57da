import { BiuwerEmbedElement } from './biuwer-embed.ts'
import { setDefaultEdge } from './connection/edge-origin.ts'
import type { DiagnosisLoader } from './diagnosis/diagnosis.ts'
import { setLanguages } from './panel/messages/language.ts'
import type { Languages, LanguagesLoader } from './panel/messages/languages.ts'

declare global {
  interface HTMLElementTagNameMap {
    'biuwer-embed': BiuwerEmbedElement
  }
}

/**
 * Registers the tag, unless a script before this one did. `edge` is the edge that the script came from: tags that name none
 * open there, and no tag may name another unless the page allows it. `atHand` are languages that need not be loaded. Returns the
 * class that is registered.
 */
export function define(
  edge: string | null,
  loadDiagnosis: DiagnosisLoader,
  loadLanguages: LanguagesLoader,
  atHand?: Languages,
): typeof BiuwerEmbedElement {
  const registered = customElements.get('biuwer-embed')
  if (registered) return registered as typeof BiuwerEmbedElement
  if (edge) {
    setDefaultEdge(edge)
    BiuwerEmbedElement.allowEdges([])
  }
  BiuwerEmbedElement.loadDiagnosis = loadDiagnosis
  setLanguages(loadLanguages, atHand)
  customElements.define('biuwer-embed', BiuwerEmbedElement)
  return BiuwerEmbedElement
}
