/** The languages that the tag loads when a page needs one of them. */
import { ca } from './ca.ts'
import { de } from './de.ts'
import type { Messages } from './en.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'
import { pt } from './pt.ts'

export const languages: Record<string, Messages> = { ca, de, fr, it, pt }

/** Loads them. The entry that provides the class knows from where. */
export type LanguagesLoader = () => Promise<typeof import('./languages.ts')>
