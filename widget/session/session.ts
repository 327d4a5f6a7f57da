import type { SessionFacts } from '../diagnosis/subject.ts'
import type { EmbedError } from '../failures.ts'
import type { EmbedState } from './embed-state.ts'
import type { SessionHost } from './session-host.ts'

/** What opens a session for an element and keeps it open, as the element sees it. */
export interface Session {
  readonly state: EmbedState
  readonly expiresAt: Date | null
  readonly error: EmbedError | null
  readonly frame: HTMLIFrameElement | null
  /** The frame's accessible name. */
  readonly name: string
  /** Whether the edge's document is, or is about to be, in a window of its own instead of the frame. */
  readonly inWindow: boolean
  /** Milliseconds until a token that isn't valid yet will be, by the edge's clock. */
  readonly startsIn: (() => number) | undefined
  /** Takes a token from the page. */
  offer(token: string): void
  /** Opens anew, in a new frame. */
  reload(): void
  /** Opens the resource in a window of its own, and in the frame again once the reader has closed that. */
  openInWindow(): void
  /** Facts for the diagnosis that the element's attributes don't tell. */
  facts(): SessionFacts
}

/** Makes the session of an element that is being constructed. `states` are the element's custom states. */
export type SessionMaker = (host: SessionHost, states: Set<string>) => Session
