import { BiuwerEmbedElement } from './biuwer-embed.ts'
import { setDefaultEdge } from './connection/edge-origin.ts'
import type { DiagnosisLoader } from './diagnosis/diagnosis.ts'

declare global {
  interface HTMLElementTagNameMap {
    'biuwer-embed': BiuwerEmbedElement
  }
}

/** Registers the tag, unless a script before this one did. `edge` is the edge of tags that name none. */
export function define(edge: string | null, loadDiagnosis: DiagnosisLoader): void {
  if (customElements.get('biuwer-embed')) return
  if (edge) setDefaultEdge(edge)
  BiuwerEmbedElement.loadDiagnosis = loadDiagnosis
  customElements.define('biuwer-embed', BiuwerEmbedElement)
}
