import { version } from '../package.json'

/** The product's version: an edge serves its console and its tag together. */
export const VERSION: string = version
