import type { EmbedCode, EmbedError } from './failures.ts'
import type { OpeningDurations } from './session/measure.ts'

const EVERYWHERE = { bubbles: true, composed: true }

class TermEvent extends Event {
  /** When the session ends. */
  declare readonly expiresAt: Date
  constructor(type: string, expiresAt: Date) {
    super(type, EVERYWHERE)
    this.expiresAt = expiresAt
  }
}

/** The session is open and Biuwer's page navigated. */
export class BiuwerReadyEvent extends Event {
  /** When the session ends; null in manual mode, where there is none. */
  declare readonly expiresAt: Date | null
  /** How long the opening took, as the measures `biuwer:frame`, `biuwer:session` and `biuwer:ready` have it. */
  declare readonly durations: Readonly<OpeningDurations>
  constructor(expiresAt: Date | null, durations: OpeningDurations = {}) {
    super('biuwer-ready', EVERYWHERE)
    this.expiresAt = expiresAt
    this.durations = durations
  }
}

/**
 * Something went wrong. Where the tag's `state` is still `ready`, a renewal was refused and Biuwer's page
 * stays until `expiresAt`.
 */
export class BiuwerErrorEvent extends Event {
  declare readonly code: EmbedCode
  declare readonly message: string
  declare readonly requestId: string | null
  declare readonly retryable: boolean
  constructor({ code, message, requestId, retryable }: EmbedError) {
    super('biuwer-error', EVERYWHERE)
    this.code = code
    this.message = message
    this.requestId = requestId
    this.retryable = retryable
  }
}

/** The session nears its end. Without `tokenProvider` or `token-url`, setting `token` now renews it. */
export class BiuwerExpiringEvent extends TermEvent {
  constructor(expiresAt: Date) {
    super('biuwer-expiring', expiresAt)
  }
}

/** The session has ended, nothing renewed it, and Biuwer's page is gone. */
export class BiuwerExpiredEvent extends Event {
  constructor() {
    super('biuwer-expired', EVERYWHERE)
  }
}

/** The session goes on until `expiresAt`; Biuwer's page was not touched. */
export class BiuwerRenewedEvent extends TermEvent {
  constructor(expiresAt: Date) {
    super('biuwer-renewed', expiresAt)
  }
}

declare global {
  // Elements, documents and windows have these events: `HTMLElementEventMap` and the others extend it.
  interface GlobalEventHandlersEventMap {
    'biuwer-ready': BiuwerReadyEvent
    'biuwer-error': BiuwerErrorEvent
    'biuwer-expiring': BiuwerExpiringEvent
    'biuwer-expired': BiuwerExpiredEvent
    'biuwer-renewed': BiuwerRenewedEvent
  }
}
