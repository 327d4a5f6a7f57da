import type { ReactiveController, ReactiveControllerHost } from 'lit'

interface Host extends ReactiveControllerHost {
  readonly isConnected: boolean
}

/**
 * Repeats a piece of work while its host is on the page and the page can be seen, one at a time, and at once when the page is
 * seen again. A person may stop it.
 */
export class WhileVisible implements ReactiveController {
  readonly #host: Host
  readonly #pause: number
  readonly #work: () => Promise<unknown>
  #timer: ReturnType<typeof setTimeout> | undefined
  #isStopped = false
  #isWorking = false

  /** @param pause milliseconds from the end of the work to its next beginning */
  constructor(host: Host, pause: number, work: () => Promise<unknown>) {
    this.#host = host
    this.#pause = pause
    this.#work = work
    host.addController(this)
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#follow)
    this.#wait()
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#follow)
    clearTimeout(this.#timer)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#host.requestUpdate()
  }

  goOn(): void {
    this.#isStopped = false
    this.#host.requestUpdate()
    void this.#run()
  }

  #follow = (): void => {
    clearTimeout(this.#timer)
    if (document.visibilityState === 'visible') void this.#run()
  }

  #wait(): void {
    clearTimeout(this.#timer)
    const isSeen = this.#host.isConnected && document.visibilityState === 'visible'
    if (isSeen && !this.#isStopped) this.#timer = setTimeout(() => void this.#run(), this.#pause)
  }

  async #run(): Promise<void> {
    if (this.#isWorking || this.#isStopped) return
    this.#isWorking = true
    try {
      await this.#work()
    } finally {
      this.#isWorking = false
      this.#wait()
    }
  }
}
