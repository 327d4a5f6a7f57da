/** The tag as an ES module: `<script type="module" src="https://EDGE/biuwer-embed.js">`. */
import { define } from '../define.ts'
import { loadDiagnosis } from './diagnosis-loader.ts'

export { BiuwerEmbedElement } from '../biuwer-embed.ts'

define(new URL(import.meta.url).origin, loadDiagnosis)
