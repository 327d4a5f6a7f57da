/** The element's class as the package has it: with its own way to load the diagnosis, and without warnings of Lit's. */
import './quiet-lit.ts'
import { BiuwerEmbedElement } from '../biuwer-embed.ts'
import { setExtrasLoader } from '../panel/panel-extras.ts'
import { loadDiagnosis, loadExtras } from './load.ts'
import { endQuiet } from './quiet-lit.ts'

endQuiet()
BiuwerEmbedElement.loadDiagnosis = loadDiagnosis
setExtrasLoader(loadExtras)
// Lit's development build would warn where a frame has loaded before the update that inserted it ends.
Object.assign(BiuwerEmbedElement, { enabledWarnings: [] })

export { BiuwerEmbedElement }
