/** The element's class as the package has it: with its own way to load the diagnosis, and without warnings of Lit's. */
import './quiet-lit.ts'
import { BiuwerEmbedElement } from '../biuwer-embed.ts'
import { setLanguages } from '../panel/messages/language.ts'
import { loadDiagnosis, loadLanguages } from './load.ts'
import { endQuiet } from './quiet-lit.ts'

endQuiet(BiuwerEmbedElement)
BiuwerEmbedElement.loadDiagnosis = loadDiagnosis
setLanguages(loadLanguages)

export { BiuwerEmbedElement }
