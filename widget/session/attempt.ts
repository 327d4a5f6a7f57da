import type { Connection, ConnectionEvents } from '../connection/connection.ts'
import { passEmbedderPolicy } from '../connection/embedder-policy.ts'
import { FrameChannel } from '../connection/frame-channel.ts'
import { createFrame, frameUrl } from '../connection/frame-element.ts'
import { watchFramePolicy } from '../connection/frame-policy.ts'
import { ManualFrame } from '../connection/manual-frame.ts'
import { viewOf } from '../view.ts'
import { watchOwnWindow } from './own-window.ts'

export interface AttemptEvents extends ConnectionEvents {
  /** Runs when the page's own policy kept the frame out. */
  blocked(): void
  /** Runs when the reader closed the window that stood for the frame. */
  reload(): void
}

/** One try to open the resource: a frame, or a window in its place, and the connection to it. */
export interface Attempt {
  /** Null where a window of its own stands for it. */
  readonly frame: HTMLIFrameElement | null
  readonly connection: Connection
  /** Undoes all that was begun. */
  end(): void
}

/** Begins an attempt in the document. `origin` is the edge's, or in manual mode Biuwer's. */
export function beginAttempt(
  document: Document,
  origin: string,
  manual: boolean,
  events: AttemptEvents,
  ownWindow?: Window,
): Attempt {
  const life = new AbortController()
  const { signal } = life
  const view = viewOf(document)
  const end = () => life.abort()
  if (ownWindow) {
    watchOwnWindow(ownWindow, signal, () => events.reload())
    // Engines differ over which one is the opener.
    const listeners = new Set([self, view])
    const connection = new FrameChannel(() => ownWindow, listeners, origin, signal, events)
    return { frame: null, connection, end }
  }
  const frame = createFrame(document, origin, manual ? undefined : frameUrl(origin, view))
  passEmbedderPolicy(frame, signal)
  watchFramePolicy(document, origin, signal, () => events.blocked())
  const connection = manual
    ? new ManualFrame(frame, origin, signal, events)
    : new FrameChannel(() => frame.contentWindow, [view], origin, signal, events)
  return { frame, connection, end }
}
