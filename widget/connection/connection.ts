import type { Order, Report } from '../frame-document/protocol.ts'

type Unnumbered<T> = T extends unknown ? Omit<T, 'order'> : never

/** What the session controller asks of a frame. */
export type Request = Unnumbered<Order>

/** The way to a frame, the edge's or Biuwer's own. */
export interface Line {
  /** Whether the frame can take requests. */
  readonly connected: boolean
  send(request: Request): void
}

export interface LineEvents {
  /** At each beginning of the frame's document: it knows nothing of what was asked before. */
  connected: () => void
  report: (report: Report) => void
}
