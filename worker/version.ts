import { version } from '../package.json'

/** The product's version: the tag's, the worker's and the frame document's alike. */
export const VERSION: string = version
