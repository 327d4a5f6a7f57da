/** What few panels need, as the tag loads it on demand: further languages, the countdown, and what to say of a page's mistakes. */
import { ca } from './messages/ca.ts'
import { de } from './messages/de.ts'
import type { Messages } from './messages/en.ts'
import { fr } from './messages/fr.ts'
import { it } from './messages/it.ts'
import { pt } from './messages/pt.ts'

export { countdown } from './countdown.ts'
export { sayMistake } from './mistakes.ts'

export const languages: Record<string, Messages> = { ca, de, fr, it, pt }
