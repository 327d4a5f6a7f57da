/** The languages that an edge's script loads when a page needs one of them; English and Spanish are in the script. */
import { ca } from './ca.ts'
import { de } from './de.ts'
import type { Messages } from './en.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'
import { pt } from './pt.ts'

export type Languages = Record<string, Messages>

export const languages: Languages = { ca, de, fr, it, pt }

/** Loads languages. The entry that provides the class knows which and from where. */
export type LanguagesLoader = () => Promise<{ languages: Languages }>
