/** Written in by the build, from package.json. */
declare const PRODUCT_VERSION: string

/** The version of the product that the tag is a part of. */
export const VERSION = PRODUCT_VERSION
