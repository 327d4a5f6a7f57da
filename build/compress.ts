import type { CompressOptions } from 'terser'

/** How Terser shortens the tag beyond what bundlers do. Sequences are shorter, but gzip badly. */
export const COMPRESS: CompressOptions = { passes: 3, sequences: false, unsafe: true, unsafe_arrows: true }
