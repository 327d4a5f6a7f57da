import { initialState, Task, TaskStatus } from '@lit/task'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { EdgeError } from '../client/edge-error.ts'
import { isGivenUp } from './session.ts'

interface Host extends ReactiveControllerHost {
  /** Whether the host comes back to the page: what is under way waits for that. */
  readonly isPutAside: boolean
}

/**
 * What a person sets off with a button: one at a time. While it runs the host renders it as busy; an error of the
 * edge is kept for the host to show until the next run. Any other error is a fault, which `run` rejects with.
 */
export class Deed implements ReactiveController {
  readonly #host: Host
  readonly #task: Task<[(signal: AbortSignal) => Promise<void>], void>
  #isDismissed = false

  constructor(host: Host) {
    this.#host = host
    this.#task = new Task(host, {
      autoRun: false,
      task: async ([work], { signal }) => {
        try {
          return await work(signal)
        } catch (error) {
          // The person signed out or left the page, so there is nobody to show the error to.
          if (isGivenUp(error)) return initialState
          throw error
        }
      },
    })
    host.addController(this)
  }

  get isBusy(): boolean {
    return this.#task.status === TaskStatus.PENDING
  }

  get error(): EdgeError | undefined {
    const { status, error } = this.#task
    return status === TaskStatus.ERROR && !this.#isDismissed && error instanceof EdgeError ? error : undefined
  }

  /** Does the work, unless other work is under way. `signal` aborts when the host leaves the page. */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.isBusy) return
    this.#isDismissed = false
    await this.#task.run([work])
    const { status, error } = this.#task
    if (status === TaskStatus.ERROR && !(error instanceof EdgeError)) throw error
  }

  /** Takes the error off the page, because the person has gone on to something else. */
  dismissError(): void {
    this.#isDismissed = true
    this.#host.requestUpdate()
  }

  hostDisconnected(): void {
    if (!this.#host.isPutAside) this.#task.abort()
  }
}
