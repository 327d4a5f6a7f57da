import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** How long a person pauses, in milliseconds, before they wait for an answer and not for their own next letter. */
const PAUSE = 300

/** Runs a piece of work once the person has stopped typing. Only the last one runs, and none after the host has left the page. */
export class TypingPause implements ReactiveController {
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(host: ReactiveControllerHost) {
    host.addController(this)
  }

  runAfter(work: () => void): void {
    this.cancel()
    this.#timer = setTimeout(work, PAUSE)
  }

  cancel(): void {
    clearTimeout(this.#timer)
  }

  hostDisconnected(): void {
    this.cancel()
  }
}
