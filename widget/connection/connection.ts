import type { Command, Report } from '../frame-document/protocol.ts'

/** The tag's connection to its frame: the edge's document or, in manual mode, Biuwer's own page. */
export interface Connection {
  /** Sends a command to the newest document that said hello. */
  send(command: Command): void
}

export interface ConnectionEvents {
  /** Runs each time a document begins in the frame. A new document knows nothing of earlier commands. */
  connected: () => void
  report: (report: Report) => void
}
