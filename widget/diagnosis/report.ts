import type { EmbedCode } from '../failures.ts'
import type { EmbedState } from '../session/embed-state.ts'

export type DiagnosticCheckName =
  | 'setup'
  | 'context'
  | 'visibility'
  | 'frame_policy'
  | 'connect_policy'
  | 'edge'
  | 'origin'
  | 'clock'
  | 'token'
  | 'biuwer'

export interface DiagnosticCheck {
  readonly check: DiagnosticCheckName
  /** null where the check could not run. */
  readonly ok: boolean | null
  /** In English, for developers: what to do. */
  readonly detail: string
}

/** Plain data without a secret, to copy as JSON. Checks that don't apply are left out. */
export interface DiagnosticReport {
  /** The tag's version. */
  readonly version: string
  /** RFC 3339, by the device's clock. */
  readonly at: string
  /** The host page's origin; never its path or query. */
  readonly page: string
  readonly edge: string | null
  readonly instance: string | null
  /** The resource id's first four characters. */
  readonly resource: string | null
  readonly state: EmbedState
  readonly code: EmbedCode | null
  /** What the edge's log calls the refused request. */
  readonly requestId: string | null
  readonly browser: string
  readonly checks: readonly DiagnosticCheck[]
}

/** The outcome of one check; undefined where it doesn't apply. */
export type Verdict = readonly [ok: boolean | null, detail: string] | undefined

export const FINE: Verdict = [true, 'In order.']
/** The check could not run because of an earlier problem, which another check reports. */
export const UNKNOWN: Verdict = [null, 'Can’t be asked yet.']
