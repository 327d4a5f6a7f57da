import { LitElement } from 'lit'
import type { Words } from './language.ts'
import type { Route } from './route.ts'
import type { Session } from './session.ts'

/**
 * What all parts of the console are. They render into the page itself: one style sheet dresses them, labels and
 * descriptions reach across, and assistive technology sees one document.
 */
export class ConsoleElement extends LitElement {
  static override properties = {
    session: { attribute: false },
    words: { attribute: false },
  }
  declare session: Session
  declare words: Words

  protected override createRenderRoot(): HTMLElement {
    return this
  }
}

/** A part that the address chooses. */
export class PageElement extends ConsoleElement {
  static override properties = {
    ...ConsoleElement.properties,
    route: { attribute: false },
  }
  declare route: Route
}
