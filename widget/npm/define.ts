/** `biuwer-embed/define`: registers `<biuwer-embed>`. */
import { define } from '../define.ts'
import { loadDiagnosis, loadExtras } from './load.ts'

// Keeps the tag's name known to those who import this module's types.
export type * from '../define.ts'

define(null, loadDiagnosis, loadExtras)
