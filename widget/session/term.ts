import { stopwatch } from '../clock.ts'
import type { TermReport } from '../frame-document/protocol.ts'
import { renewalDelay, retryDelay } from './renewal-timing.ts'

/** The time that the edge gave a session. */
export interface Term {
  /** When the session ends, by the edge's clock. */
  readonly expiresAt: Date
  /** Gives the milliseconds since the term began. */
  age(): number
  /** Gives the milliseconds until the session is to be renewed, less than zero once that time has passed. */
  renewIn(spread?: number): number
  /** Gives the milliseconds to wait before a failed renewal is tried again. */
  retryIn(): number
}

/** Begins a term now. Its length is what the edge said was left, so that a wrong clock of the device changes nothing. */
export function beginTerm({ expires_at, left }: TermReport): Term {
  const age = stopwatch()
  return {
    expiresAt: new Date(expires_at),
    age,
    renewIn: (spread) => renewalDelay(left, spread) - age(),
    retryIn: () => retryDelay(left - age()),
  }
}
