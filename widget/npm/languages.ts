/** The languages that the package loads when a page needs one of them: a bundle holds English alone. */
import { es } from '../panel/messages/es.ts'
import { type Languages, languages as others } from '../panel/messages/languages.ts'

export const languages: Languages = { ...others, es }
