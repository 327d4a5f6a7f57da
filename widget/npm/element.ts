/** The element's class as the package has it: with its own way to load the diagnosis, and without warnings of Lit's. */
import './quiet-lit.ts'
import { BiuwerEmbedElement } from '../biuwer-embed.ts'
import { setLanguagesLoader } from '../panel/messages/language.ts'
import { loadDiagnosis, loadLanguages } from './load.ts'
import { endQuiet } from './quiet-lit.ts'

endQuiet()
BiuwerEmbedElement.loadDiagnosis = loadDiagnosis
setLanguagesLoader(loadLanguages)
// Lit's development build would warn where a frame has loaded before the update that inserted it ends.
Object.assign(BiuwerEmbedElement, { enabledWarnings: [] })

export { BiuwerEmbedElement }
