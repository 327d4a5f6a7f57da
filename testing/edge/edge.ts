/**
 * `biuwer-embed/testing/edge`: a real edge for end-to-end tests of a host. It runs in a process of its own, so that
 * neither the globals nor the fake timers of a test runner reach it.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answer, CallName, Calls } from './calls.ts'
import type { EdgeOptions, TestSigner, TokenToSign } from './options.ts'

export type { EdgeOptions, EdgeSettings, TestSigner, TokenToSign } from './options.ts'

/** The edge's clock. It runs as this machine's does, ahead of it by what `advance` was told. */
export interface EdgeClock {
  now(): Date
  /** Sets the clock ahead by so many seconds more. It never goes back: an edge may count on that. */
  advance(seconds: number): Promise<void>
}

export interface TestEdge {
  /** The edge's origin, `http://localhost:PORT`: what the tag's `edge` and your backend's settings take. */
  readonly origin: string
  /** The origin of the stand-in for Biuwer, whose page is inside the tag. */
  readonly biuwer: string
  /** A key of the management API with the role `issuer`: what a host's backend has in production. */
  readonly key: string
  /** A root key, which may do everything: for what the test itself does, such as a revocation. */
  readonly rootKey: string
  /** For a backend that signs tokens itself. */
  readonly signer: TestSigner
  readonly clock: EdgeClock
  /** A token that opens once, signed by `signer`, without a call of your backend. */
  signToken(token: TokenToSign): Promise<string>
  /** Ends the edge and the stand-in. What they kept is gone. */
  stop(): Promise<void>
}

const PROCESS = fileURLToPath(new URL('./edge-process.js', import.meta.url).href)
/** How much of what the edge's process says is kept for the message of an error. */
const KEPT_CHARACTERS = 4000

/**
 * Starts an edge on this machine, with nothing in it but `users`. Needs the package `miniflare`.
 * @throws {Error} what the edge said of an option, or why it did not start
 * @example
 * const edge = await startEdge({ users: ['store-1'], origins: ['http://localhost:3000'] })
 */
export async function startEdge(options: EdgeOptions): Promise<TestEdge> {
  const edge = new EdgeProcess()
  const { origin, biuwer, key, rootKey, signer } = await edge.call('start', options).catch((error) => {
    edge.kill()
    throw error
  })
  let ahead = 0
  let stopped: Promise<void> | undefined
  return {
    origin,
    biuwer,
    key,
    rootKey,
    signer,
    clock: {
      now: () => new Date(Date.now() + ahead * 1000),
      async advance(seconds) {
        if (!(Number.isFinite(seconds) && seconds >= 0))
          throw new TypeError('advance takes seconds, 0 or more: the clock of an edge never goes back')
        ahead += seconds
        await edge.call('setAhead', ahead)
      },
    },
    signToken: (token) => edge.call('signToken', token),
    stop() {
      stopped ??= edge.end()
      return stopped
    },
  }
}

interface Waiting {
  resolve(gives: unknown): void
  reject(reason: Error): void
}

/** The process in which the edge runs. It keeps this one alive only while a call waits for its answer. */
class EdgeProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  readonly #waiting = new Map<number, Waiting>()
  #calls = 0
  #said = ''

  constructor() {
    // Options of the test runner's Node are not for the edge's.
    const child = fork(PROCESS, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#child = child
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-KEPT_CHARACTERS)
    })
    child.on('message', (answer) => this.#take(answer as Answer))
    child.once('error', (error) => this.#giveUp(error))
    this.#ended.then(() =>
      this.#giveUp(new Error(`the edge's process has ended${this.#said && `:\n${this.#said}`}`)),
    )
    child.unref()
    ;(child.stderr as unknown as { unref?(): void } | null)?.unref?.()
    child.channel?.unref()
  }

  call<Name extends CallName>(name: Name, takes: Calls[Name]['takes']): Promise<Calls[Name]['gives']> {
    if (!this.#child.connected) return Promise.reject(new Error('the edge has been stopped'))
    const number = ++this.#calls
    this.#child.channel?.ref()
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
    })
    this.#child.send({ number, name, takes })
    return answered as Promise<Calls[Name]['gives']>
  }

  async end(): Promise<void> {
    this.#child.ref()
    if (this.#child.connected) await this.call('stop', null)
    await this.#ended
  }

  kill(): void {
    this.#child.kill()
  }

  #take(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number)
    this.#waiting.delete(answer.number)
    if (this.#waiting.size === 0) this.#child.channel?.unref()
    if ('failed' in answer) waiting?.reject(new Error(answer.failed))
    else waiting?.resolve(answer.gives)
  }

  #giveUp(reason: Error): void {
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
  }
}
