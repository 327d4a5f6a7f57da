/** What `local/`, which runs an edge on this machine, takes and gives. */

export interface LocalEdgeOptions {
  /** A deployment's folder. */
  folder: string
  /** The path of wrangler's program. */
  wrangler: string
  /** The address at which the edge listens; null: this machine's own alone. */
  host: string | null
  /** The port that is wanted; with `isFixed`, no other will do. */
  port: number
  isFixed: boolean
  /** The origins of pages; null: those of `.dev.vars`, else any. */
  origins: readonly string[] | null
  /** Tells what a person should know. */
  say(line: string): void
}

export interface LocalEdge {
  told: LocalEdgeAddresses
  /** Ends as the edge does: by itself with a reason, or without one once `stop` was called. */
  ended: Promise<string | undefined>
  stop(): Promise<void>
}

export interface LocalEdgeAddresses {
  edge: string
  console: string
  /** A root key, for the console and the command line. */
  root_key: string
  /** A key with the role `issuer`, for a backend. */
  key: string
  origins: string
  biuwer: string
  /** What is there with the stand-in for Biuwer: a user, and a resource of each kind. */
  user?: string
  resources?: { page: string; card: string; collection: string }
}

export type StartLocalEdge = (options: LocalEdgeOptions, signal: AbortSignal) => Promise<LocalEdge>
