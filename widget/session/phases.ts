import { alarm } from '../clock.ts'
import type { EmbedState } from './embed-state.ts'

/**
 * The phases of a session. Each begins with the public state that it belongs to.
 *
 * | phase            | waits for                                         | is left by                         |
 * | ---------------- | ------------------------------------------------- | ---------------------------------- |
 * | idle             | a resource and a token; if lazy, the viewport     | the host's next update             |
 * | connecting frame | the frame's hello, 15 s                           | hello, or `frame_unreachable`      |
 * | connecting token | the page's token, 30 s                            | the token, or `provider_failed`    |
 * | connecting open  | the edge's answer to the token, 15 s              | opened, refused, or `timeout`      |
 * | connecting page  | Biuwer's page in the frame, 15 s                  | ready, ended, or `timeout`         |
 * | ready planned    | the time to renew                                 | that time, a new token, ended      |
 * | ready asking     | the page's token for the renewal                  | the token, or `provider_failed`    |
 * | ready renewing   | the edge's answer to the renewal, 15 s            | renewed, refused, or `timeout`     |
 * | ready retrying   | the time to ask the page again                    | that time, a new token, ended      |
 * | ready repeating  | the time to try the same token again              | that time, a new token, ended      |
 * | ready final      | the session's end: nothing is planned to renew it | a new token, ended                 |
 * | error waiting    | the time to open again by itself                  | that time, reload, a new token     |
 * | error            | the reader or the page; `online` if it may help   | reload, a new token                |
 * | expired          | the reader or the page                            | reload, a new token                |
 *
 * Where a script of the page chose the edge, the page is asked for its token in `connecting frame` already. A frame that
 * says hello again, as after a reload of its own, leads from any phase to `connecting open`; an element that leaves the page
 * leads to `idle`.
 */
export type Phase =
  | 'idle'
  | `connecting ${'frame' | 'token' | 'open' | 'page'}`
  | `ready ${'planned' | 'asking' | 'renewing' | 'retrying' | 'repeating' | 'final'}`
  | 'error waiting'
  | 'error'
  | 'expired'

/** The phase that a session is in, and what ends with it. */
export class CurrentPhase {
  name: Phase = 'idle'
  readonly #states: Set<string>
  readonly #changed: () => void
  #end = new AbortController()

  /** `states` always holds the public state alone; `changed` runs when a phase was entered. */
  constructor(states: Set<string>, changed: () => void) {
    this.#states = states
    states.add(this.state)
    this.#changed = changed
  }

  get state(): EmbedState {
    return this.name.split(' ')[0] as EmbedState
  }

  /** Aborts when the phase is left. */
  get signal(): AbortSignal {
    return this.#end.signal
  }

  /** Leaves the phase and enters another, in which `due` runs after `ms` milliseconds, by `elapsed` where that is given. */
  enter(name: Phase, ms = 0, due?: () => void, elapsed?: () => number): void {
    this.#end.abort()
    this.#end = new AbortController()
    if (due) this.signal.addEventListener('abort', alarm(ms, due, elapsed))
    this.name = name
    this.#states.clear()
    this.#states.add(this.state)
    this.#changed()
  }
}
