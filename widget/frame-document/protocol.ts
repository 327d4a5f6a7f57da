/**
 * What the tag and the frame say to each other. `Hello` and `Welcome` are window messages and hold no
 * secret; everything else goes over the port that comes with `Welcome`.
 */
import type { Code, Timestamp } from '../../worker/wire.ts'

/** Frame to host window, target `*`: the frame cannot know yet who embeds it. */
export interface Hello {
  type: 'biuwer-embed:hello'
}

/** Tag to frame, target the edge's origin, with a `MessagePort`. */
export interface Welcome {
  type: 'biuwer-embed:port'
}

/**
 * The tag counts its orders; the frame answers the newest one only, so that no answer comes late. `ended` are the words
 * that a window of its own shows once its session is over: the tag has no panel there.
 */
export type Order = { order: number; token: string; session_key: string } & (
  | { type: 'open'; resource: string; title: string; ended: string }
  | { type: 'renew' }
)

/** When a session ends, by the edge's clock, in how many milliseconds from now, and that clock's time. */
export interface Term {
  expires_at: Timestamp
  left: number
  now: number
}

export interface Refusal {
  code: Code | 'timeout'
  detail?: string | undefined
  request_id?: string | undefined
  /** Seconds. */
  retry_after?: number | undefined
  valid_from?: Timestamp | undefined
  /** The edge's clock when it answered, in milliseconds. */
  now?: number | undefined
}

export type Report =
  | ({ type: 'opened' } & Term)
  /** Biuwer's page navigated, or was given ten seconds to. */
  | { type: 'ready' }
  | ({ type: 'renewed' } & Term)
  /** The order was not carried out; a session that ran before it still runs. */
  | ({ type: 'refused' } & Refusal)
  /** No session runs any more and Biuwer's page is gone. */
  | ({ type: 'ended' } & Refusal)

/** `order` is the newest order the frame had received. */
export type Numbered = Report & { order: number }
