/** `biuwer-embed/define`: registers `<biuwer-embed>`. */
import './element.ts'
import { define } from '../define.ts'
import { loadDiagnosis, loadLanguages } from './load.ts'

// Keeps the tag's name and its events known to those who import this module's types.
export type * from '../define.ts'
export type * from '../events.ts'

define(null, loadDiagnosis, loadLanguages)
