import { ContextConsumer } from '@lit/context'
import { LitElement } from 'lit'
import { routeContext, sessionContext, wordsContext } from './contexts.ts'
import type { Words } from './messages/words.ts'
import type { Route } from './route.ts'
import type { Session } from './session.ts'

/**
 * The base of every part of the console. Parts take their texts and the session from `<biuwer-console>` around
 * them. They render into the page itself, without a shadow root: one style sheet dresses them, labels and
 * descriptions reach across parts, and assistive technology sees one document.
 */
export class ConsoleElement extends LitElement {
  readonly #words = new ContextConsumer(this, { context: wordsContext, subscribe: true })
  readonly #session = new ContextConsumer(this, { context: sessionContext })

  protected get words(): Words {
    return provided(this.#words.value)
  }

  protected get session(): Session {
    return provided(this.#session.value)
  }

  /** Whether the part left the document only until the session's key is taken again. */
  get isPutAside(): boolean {
    return this.#session.value?.isRefused === true
  }

  override connectedCallback(): void {
    super.connectedCallback()
    // A part that comes back has missed what happened meanwhile.
    this.requestUpdate()
  }

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  /** A part that was taken off the page stays as it was: a new address is for the page that comes instead. */
  protected override shouldUpdate(): boolean {
    return this.isConnected
  }
}

/** The base of the pages, which the address chooses among. */
export class PageElement extends ConsoleElement {
  readonly #route = new ContextConsumer(this, { context: routeContext, subscribe: true })

  protected get route(): Route {
    return provided(this.#route.value)
  }
}

function provided<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The parts of the console stand inside <biuwer-console>.')
  return value
}
