import type { EdgeOptions, StartedEdge, TokenToSign } from './options.ts'

/** What the process of a host's tests asks of the process that runs the edge, and what it gets. */
export interface Calls {
  start: { takes: EdgeOptions; gives: StartedEdge }
  signToken: { takes: TokenToSign; gives: string }
  /** Seconds by which the edge's clock is to be ahead, and then is. */
  setAhead: { takes: number; gives: number }
  stop: { takes: null; gives: null }
}

export type CallName = keyof Calls

/** A call on its way; the answer names it by its number. */
export interface Call<Name extends CallName = CallName> {
  number: number
  name: Name
  takes: Calls[Name]['takes']
}

export type Answer = { number: number; gives: unknown } | { number: number; failed: string }
