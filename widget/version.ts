/** The package's version; the build fails where the two differ. */
export const VERSION = '0.1.0'
