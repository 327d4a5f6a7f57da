/** The tag as an ES module: `<script type="module" src="https://EDGE/biuwer-embed.js">`. */
import { BiuwerEmbedElement } from '../biuwer-embed.ts'
import { define } from '../define.ts'
import { loadDiagnosis } from './diagnosis-loader.ts'

export { BiuwerEmbedElement }

/** Of the class that is registered: another script of the tag may have come first. */
export const { allowEdges, allowInstances } = define(new URL(import.meta.url).origin, loadDiagnosis)
