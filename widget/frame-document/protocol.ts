/**
 * What the tag and the frame's document say to each other. `Hello` and `Welcome` are window messages and hold no secret;
 * commands and reports go over the port that comes with `Welcome`. Tags of published versions speak with the frame of the
 * present one, so that nothing here is renamed or taken away.
 */
import type { Code, Timestamp } from '../../worker/wire.ts'

/** Frame to host window, with the target `*`: the frame can't know yet who embeds it. */
export interface Hello {
  type: 'biuwer-embed:hello'
}

/** Tag to frame, with the edge's origin as the target and a `MessagePort`. */
export interface Welcome {
  type: 'biuwer-embed:port'
}

/** Asks for a session. */
type SessionCommand = { token: string; session_key: string } & (
  | {
      type: 'open'
      resource: string
      title: string
      /** What a window of its own shows once its session is over: the tag has no panel there. */
      ended: string
    }
  | { type: 'renew' }
)

/** Gives Biuwer's page, or the one to come, another accessible name. Nothing answers. */
interface RenameCommand {
  type: 'rename'
  title: string
}

/** Asks whether Biuwer answers, for the diagnosis: the page's own policy may not let the page ask. Answered by `reached`. */
interface ReachCommand {
  type: 'reach'
}

export type Command = SessionCommand | RenameCommand | ReachCommand

/**
 * The tag numbers its commands that ask for a session. The frame answers the newest one alone, so that no answer comes late.
 * Another command has the number of the one before it.
 */
export type NumberedCommand = Command & { order: number }

export interface TermReport {
  /** When the session ends, by the edge's clock. */
  expires_at: Timestamp
  /** Milliseconds from now to the session's end. */
  left: number
  /** The edge's clock, in milliseconds since the epoch. */
  now: number
}

/** Why the edge gave no session, or could not be asked. */
export interface EdgeFailure {
  code: Code | 'timeout'
  detail?: string | undefined
  request_id?: string | undefined
  /** Seconds. */
  retry_after?: number | undefined
  valid_from?: Timestamp | undefined
  /** The edge's clock when it answered, in milliseconds since the epoch. */
  now?: number | undefined
}

export type Report =
  | ({ type: 'opened' } & TermReport)
  /** Biuwer's page navigated, or was given ten seconds to. */
  | { type: 'ready' }
  | ({ type: 'renewed' } & TermReport)
  /** The command failed. A session that ran before it still runs. */
  | ({ type: 'refused' } & EdgeFailure)
  /** No session runs any more and Biuwer's page is gone. */
  | ({ type: 'ended' } & EdgeFailure)
  | { type: 'reached'; biuwer: string | undefined; answered: boolean }

/** `order` is the number of the newest command that the frame had received. */
export type NumberedReport = Report & { order: number }
