import { edgeWithoutLimiter } from './without-limiter.ts'

export { OpeningLog } from '../../worker/storage/opening-log.ts'
export { TokenRegistry } from '../../worker/storage/registry.ts'
export { SessionBiuwerTokens } from '../../worker/storage/session-biuwer-tokens.ts'
export { SpentTokens } from '../../worker/storage/spent-tokens.ts'

/**
 * The edge, without its log: locally that is a pipe to Node, many times slower than Cloudflare's log, and would be
 * what is measured.
 */
console.log = () => {}

export default edgeWithoutLimiter()
