import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** A pause in typing after which a person waits for an answer, in milliseconds. */
const PAUSE = 300

/** Runs the last thing asked for, once the person has stopped typing; nothing once the host has left the page. */
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
