/** `biuwer-embed/define`: registers `<biuwer-embed>`. */
import { define } from '../widget/define.ts'

// Keeps the tag's name known to those who import this module's types.
export type * from '../widget/define.ts'

define()
