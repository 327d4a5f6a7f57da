/** `biuwer-embed`: the element's class, its events and its types. Registers nothing. */
export { BiuwerEmbedElement } from '../biuwer-embed.ts'
export { setDefaultEdge } from '../connection/edge-origin.ts'
export type { DiagnosticCheck, DiagnosticReport } from '../diagnosis/diagnose.ts'
export {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from '../events.ts'
export type { EmbedCode, EmbedError } from '../failures.ts'
export type { EmbedState } from '../session/session-controller.ts'
export type { Reason, TokenProvider } from '../session/token-source.ts'
