import type { LinkRequest } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { isGivenUp, type Session } from '../session.ts'
import type { Row } from './rows.ts'

/** What became of a row. */
export type Outcome =
  | { state: 'wrong' }
  | { state: 'ready' }
  /** What a dry run found: a user not linked yet, or one that is. */
  | { state: 'new' }
  | { state: 'known' }
  | { state: 'linked' }
  | { state: 'relinked' }
  | { state: 'failed'; error: EdgeError }

/** How many requests are under way at once: enough to keep a connection busy, few enough for the edge's database. */
const CONCURRENT_REQUESTS = 4
/** Errors of the connection or the edge as a whole, not of a row: the next rows would meet them too, so the run stops. */
const STOPS_RUN = new Set(['unreachable', 'timeout', 'unavailable', 'rate_limited', 'unexpected_answer'])

/**
 * Links the users of a table, row by row. Whatever stops a run, each row is either linked or as it was, so that
 * another run can go on: linking a user to the same Biuwer token twice changes nothing. Fires `change`.
 */
export class ImportRun extends EventTarget {
  readonly rows: readonly Row[]
  readonly #session: Session
  readonly #outcomes: Outcome[]
  #control: AbortController | undefined
  /** The error that stopped the last run. */
  lost: EdgeError | undefined

  constructor(rows: readonly Row[], session: Session) {
    super()
    this.rows = rows
    this.#session = session
    this.#outcomes = rows.map(({ mistake }) => ({ state: mistake ? 'wrong' : 'ready' }))
  }

  outcome(index: number): Outcome {
    return this.#outcomes[index] ?? { state: 'ready' }
  }

  get isRunning(): boolean {
    return this.#control !== undefined
  }

  count(...states: readonly Outcome['state'][]): number {
    return this.#outcomes.filter(({ state }) => states.includes(state)).length
  }

  /** Finds out which users are linked already; changes nothing. */
  check(): Promise<void> {
    return this.#runOver(['ready'], async ({ user }, signal) => {
      const linked = await this.#session.find((edge) => edge.users.get(user, { signal }), signal)
      return { state: linked ? 'known' : 'new' }
    })
  }

  /** Links every row that is not linked yet, including those that failed before. */
  link(): Promise<void> {
    return this.#runOver(['ready', 'new', 'known', 'failed'], async (row, signal) => {
      const { user, biuwerToken, from, to, refresh } = row
      const request: LinkRequest = {
        ...(biuwerToken !== undefined && { biuwer_token: biuwerToken }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(refresh !== undefined && { biuwer_refresh: refresh }),
      }
      const linked = await this.#session.ask((edge) => edge.users.link(user, request, { signal }), signal)
      return { state: linked.effective_by ? 'relinked' : 'linked' }
    })
  }

  stop(): void {
    this.#control?.abort()
  }

  async #runOver(
    states: Outcome['state'][],
    handle: (row: Row, signal: AbortSignal) => Promise<Outcome>,
  ): Promise<void> {
    if (this.#control) return
    const control = new AbortController()
    this.#control = control
    this.lost = undefined
    const todo = [...this.rows.keys()].filter((index) => states.includes(this.outcome(index).state))
    let next = 0
    const handleRows = async (): Promise<void> => {
      while (next < todo.length && !control.signal.aborted) {
        const index = todo[next++] ?? 0
        const row = this.rows[index]
        if (!row) return
        try {
          this.#outcomes[index] = await handle(row, control.signal)
        } catch (error) {
          if (control.signal.aborted) return
          if (isGivenUp(error)) return control.abort()
          if (!(error instanceof EdgeError)) throw error
          if (STOPS_RUN.has(error.code)) {
            this.lost = error
            control.abort()
            return
          }
          this.#outcomes[index] = { state: 'failed', error }
        }
        this.#fireChange()
      }
    }
    this.#fireChange()
    try {
      await Promise.all(Array.from({ length: CONCURRENT_REQUESTS }, handleRows))
    } finally {
      this.#control = undefined
      this.#fireChange()
    }
  }

  #fireChange(): void {
    this.dispatchEvent(new Event('change'))
  }
}
