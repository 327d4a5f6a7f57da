import { edgeWithoutLimiter } from './without-limiter.ts'

export { OpeningLog } from '../../worker/storage/opening-log.ts'
export { TokenRegistry } from '../../worker/storage/registry.ts'
export { SessionBiuwerTokens } from '../../worker/storage/session-biuwer-tokens.ts'
export { SpentTokens } from '../../worker/storage/spent-tokens.ts'

/** The edge with its log: as many lines as `LOG_SUCCESSES` says go through workerd to Node, which drops them. */
export default edgeWithoutLimiter()
