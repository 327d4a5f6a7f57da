import { setTimeout as delay } from 'node:timers/promises'
import type { Tab } from './engine.ts'
import { within } from './within.ts'

// biome-ignore lint/suspicious/noExplicitAny: a function of any test, about which only its source is used
type Run = (argument: any) => unknown

type Outcome = { value: unknown } | { error: string; stack: string | undefined }

const EVALUATE_LIMIT_MS = 25_000
const UNTIL_LIMIT_MS = 20_000
const POLL_MS = 20

/** What every engine's tab has in common. What each engine has its own way of doing is abstract. */
export abstract class PageTab implements Tab {
  /** Calls this function in the page with this text and gives the text that its promise resolves to. */
  protected abstract call(declaration: string, argument: string): Promise<string>
  abstract clickAt(x: number, y: number): Promise<void>
  abstract goto(url: string): Promise<void>
  abstract press(key: string): Promise<void>
  abstract type(text: string): Promise<void>
  abstract screenshot(): Promise<Buffer>
  abstract console(): string[] | undefined
  abstract close(): Promise<void>

  async evaluate<R>(run: Run, argument?: unknown): Promise<R> {
    return (await this.#outcome(`${run}`, argument)) as R
  }

  async until<R>(what: string, run: Run, argument?: unknown): Promise<NonNullable<R>> {
    const deadline = Date.now() + UNTIL_LIMIT_MS
    while (Date.now() < deadline) {
      const given = await this.#outcome(`${run}`, argument)
      if (given) return given as NonNullable<R>
      await delay(POLL_MS)
    }
    throw new Error(`waited ${UNTIL_LIMIT_MS / 1000} s in vain for ${what}`)
  }

  async click(find: Run, argument?: unknown): Promise<void> {
    const deadline = Date.now() + UNTIL_LIMIT_MS
    while (Date.now() < deadline) {
      const middle = (await this.#outcome(
        `(argument) => (${middleOf})(() => (${find})(argument))`,
        argument,
      )) as Point | null
      if (middle) return this.clickAt(middle.x, middle.y)
      await delay(POLL_MS)
    }
    throw new Error(`waited ${UNTIL_LIMIT_MS / 1000} s in vain for an element to click: ${find}`)
  }

  async #outcome(source: string, argument?: unknown): Promise<unknown> {
    const declaration = `async (argument) => JSON.stringify(await (${settle})(() => (${source})(JSON.parse(argument))))`
    const called = this.call(declaration, JSON.stringify(argument ?? null))
    const outcome: Outcome = JSON.parse(
      await within(EVALUATE_LIMIT_MS, `the page's answer to ${source}`, called),
    )
    if ('value' in outcome || !('error' in outcome)) return outcome.value
    throw Object.assign(new Error(outcome.error), { cause: outcome.stack })
  }
}

interface Point {
  x: number
  y: number
}

/** Runs in the page: an error is told as text, because an engine's own report of it differs. */
async function settle(run: () => unknown): Promise<Outcome> {
  try {
    return { value: await run() }
  } catch (error) {
    return { error: String(error), stack: error instanceof Error ? error.stack : undefined }
  }
}

/**
 * Runs in the page: where a person would click to hit the element; null while it is not there, has no size, or moves.
 * What a click hits is decided by what was drawn last, so this waits until the page has been drawn as it is now.
 */
async function middleOf(find: () => Element | null | undefined): Promise<Point | null> {
  const element = find()
  if (!element?.isConnected) return null
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })
  const before = element.getBoundingClientRect()
  for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame)
  const { left, top, width, height } = element.getBoundingClientRect()
  if (left !== before.left || top !== before.top || !width || !height) return null
  const { x, y } = { x: Math.round(left + width / 2), y: Math.round(top + height / 2) }
  /** An element and all around it, out of shadow roots too. */
  const around = (inner: Node | null): Node[] => {
    const outer = inner && (inner.parentNode ?? (inner instanceof ShadowRoot ? inner.host : null))
    return inner ? [inner, ...around(outer)] : []
  }
  let hit = document.elementFromPoint(x, y)
  for (let depth = 0; depth < 20; depth++) hit = hit?.shadowRoot?.elementFromPoint(x, y) ?? hit
  // Something may lie over it: a dialog that is on its way out. What is in a closed root is met by its host alone.
  return hit && (around(hit).includes(element) || around(element).includes(hit)) ? { x, y } : null
}
