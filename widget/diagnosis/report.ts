import type { EmbedCode, EmbedError } from '../failures.ts'
import type { EmbedState } from '../session/session-controller.ts'

/** What the element knows of itself; `value` is used for its claims alone and never put in the report. */
export interface Subject {
  readonly element: HTMLElement
  /** Its present frame. */
  readonly frame: HTMLIFrameElement | null
  /** Whether the present frame has said hello. */
  readonly connected: boolean
  /** The edge's origin; undefined where `edge` is malformed or absent, and in manual integration. */
  readonly edge: string | undefined
  /** Manual integration, without an edge. */
  readonly instance: string | null
  readonly resource: string | null
  readonly state: EmbedState
  readonly error: EmbedError | null
  readonly value: string | undefined
  readonly tokenUrl: string | null
  readonly source: 'token' | 'token-url' | 'tokenProvider' | null
  /** Milliseconds by which the device's clock is ahead of the edge's, where that is known. */
  readonly skew: number | null
  /** Address of the frame document at the edge. */
  readonly frameUrl: string | undefined
}

export type CheckName =
  | 'setup'
  | 'context'
  | 'visibility'
  | 'frame_policy'
  | 'connect_policy'
  | 'edge'
  | 'origin'
  | 'clock'
  | 'token'

export interface DiagnosticCheck {
  readonly check: CheckName
  /** null: it could not be asked. */
  readonly ok: boolean | null
  /** In English, for developers: what to do. */
  readonly detail: string
}

/** Plain data without a secret, to copy as JSON. Checks that don't apply are left out. */
export interface DiagnosticReport {
  /** Of the tag. */
  readonly version: string
  /** RFC 3339, by the device's clock. */
  readonly at: string
  /** The host page's origin; never its path or query. */
  readonly page: string
  readonly edge: string | null
  readonly instance: string | null
  /** Its first four characters. */
  readonly resource: string | null
  readonly state: EmbedState
  readonly code: EmbedCode | null
  /** What the edge's log calls the refused request. */
  readonly requestId: string | null
  readonly browser: string
  readonly checks: readonly DiagnosticCheck[]
}

/** Of one check; undefined where it doesn't apply. */
export type Verdict = readonly [ok: boolean | null, detail: string] | undefined

export const FINE: Verdict = [true, 'In order.']
/** Something that other checks tell of came before it. */
export const UNKNOWN: Verdict = [null, 'Can’t be asked yet.']
