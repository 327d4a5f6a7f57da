import { EdgeError } from '../../client/edge-error.ts'
import type { Session } from '../session.ts'
import type { Row } from './mapping-table.ts'

export type Outcome =
  | { state: 'wrong' }
  | { state: 'ready' }
  /** Of the dry run. */
  | { state: 'new' }
  | { state: 'known' }
  | { state: 'linked' }
  | { state: 'relinked' }
  | { state: 'failed'; error: EdgeError }

/** At once: enough to keep a connection busy, few enough for the registry. */
const WORKERS = 4
/** What says nothing of the row, but of the way to the edge: the rows after it would meet the same. */
const WAY = new Set(['unreachable', 'timeout', 'unavailable', 'rate_limited', 'unexpected_answer'])

/**
 * Works through a table of users. Whatever stops it, each row is either done or as it was, so that it can go on;
 * linking the same user to the same Biuwer token twice changes nothing. Fires `change`.
 */
export class ImportRun extends EventTarget {
  readonly rows: readonly Row[]
  readonly #session: Session
  readonly #outcomes: Outcome[]
  #control: AbortController | undefined
  /** What broke the last run off. */
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

  count(...states: Outcome['state'][]): number {
    return this.#outcomes.filter(({ state }) => states.includes(state)).length
  }

  /** Asks which users are linked already. Changes nothing. */
  check(): Promise<void> {
    return this.#work(['ready'], async ({ user }, signal) => {
      try {
        await this.#session.ask((edge) => edge.users.get(user, { signal }), signal)
        return { state: 'known' }
      } catch (error) {
        if (error instanceof EdgeError && error.code === 'not_found') return { state: 'new' }
        throw error
      }
    })
  }

  /** Links every row that is not yet linked, those that failed before too. */
  link(): Promise<void> {
    return this.#work(['ready', 'new', 'known', 'failed'], async ({ user, biuwerToken }, signal) => {
      const linked = await this.#session.ask(
        (edge) => edge.users.link(user, { biuwer_token: biuwerToken }, { signal }),
        signal,
      )
      return { state: linked.effective_by ? 'relinked' : 'linked' }
    })
  }

  stop(): void {
    this.#control?.abort()
  }

  async #work(
    states: Outcome['state'][],
    deed: (row: Row, signal: AbortSignal) => Promise<Outcome>,
  ): Promise<void> {
    if (this.#control) return
    const control = new AbortController()
    this.#control = control
    this.lost = undefined
    const todo = [...this.rows.keys()].filter((index) => states.includes(this.outcome(index).state))
    let next = 0
    const work = async (): Promise<void> => {
      while (next < todo.length && !control.signal.aborted) {
        const index = todo[next++] ?? 0
        const row = this.rows[index]
        if (!row) return
        try {
          this.#outcomes[index] = await deed(row, control.signal)
        } catch (error) {
          if (control.signal.aborted) return
          if (!(error instanceof EdgeError)) throw error
          if (WAY.has(error.code)) {
            this.lost = error
            control.abort()
            return
          }
          this.#outcomes[index] = { state: 'failed', error }
        }
        this.#tell()
      }
    }
    this.#tell()
    try {
      await Promise.all(Array.from({ length: WORKERS }, work))
    } finally {
      this.#control = undefined
      this.#tell()
    }
  }

  #tell(): void {
    this.dispatchEvent(new Event('change'))
  }
}
