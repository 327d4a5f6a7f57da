/** `biuwer-embed`: the element's class, its events and its types. Registers nothing. */
export { BiuwerEmbedElement } from '../widget/biuwer-embed.ts'
export { setDefaultEdge } from '../widget/connection/edge-origin.ts'
export type { DiagnosticCheck, DiagnosticReport } from '../widget/diagnosis/diagnose.ts'
export {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from '../widget/events.ts'
export type { EmbedCode, EmbedError } from '../widget/failures.ts'
export type { EmbedState } from '../widget/session/session-controller.ts'
export type { Reason, TokenProvider } from '../widget/session/token-source.ts'
