/** The tag as an ES module: `<script type="module" src="https://EDGE/biuwer-embed.js">`. */
import { BiuwerEmbedElement } from '../biuwer-embed.ts'
import { define } from '../define.ts'
import { es } from '../panel/messages/es.ts'
import { loadDiagnosis, loadLanguages } from './load.ts'

export { BiuwerEmbedElement }

/** Of the class that is registered: another script of the tag may have come first. */
export const { allowEdges, allowInstances, registerMessages } = define(
  new URL(import.meta.url).origin,
  loadDiagnosis,
  loadLanguages,
  { es },
)
