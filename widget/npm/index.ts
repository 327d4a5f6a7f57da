/** `biuwer-embed`: the element's class, its events and its types. Registers nothing. */
export { setDefaultEdge } from '../connection/edge-origin.ts'
export { allowEdges, allowInstances } from '../connection/receivers.ts'
export type { DiagnosticCheck, DiagnosticReport } from '../diagnosis/report.ts'
export {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from '../events.ts'
export type { EmbedCode, EmbedError } from '../failures.ts'
export type { Messages } from '../panel/messages/en.ts'
export { registerMessages } from '../panel/messages/language.ts'
export type { EmbedState } from '../session/embed-state.ts'
export type { OpeningDurations } from '../session/measure.ts'
export type { Reason, TokenProvider } from '../session/token-source.ts'
export { BiuwerEmbedElement } from './element.ts'
