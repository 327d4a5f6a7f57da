import type WaDialog from '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import { ConsoleElement } from '../element.ts'

/**
 * The base of the dialogs. A dialog is made to be shown and taken off the page once it has closed: it fires `close` then,
 * and the focus is back where it was opened from, or on the nearest heading if that is gone.
 */
export abstract class DialogElement extends ConsoleElement {
  #opener: Element | null = null
  /** Whether nothing is left to do in the dialog. */
  #isDone = false

  override connectedCallback(): void {
    super.connectedCallback()
    const dialog = this.#dialog()
    if (!dialog) this.#opener = document.activeElement
    else if (this.#isDone) this.dispatchEvent(new Event('close'))
    else dialog.open = true
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    const dialog = this.#dialog()
    if (!dialog || !this.isPutAside) return
    // A dialog that came back open would not be modal.
    dialog.dialog.close()
    dialog.open = false
  }

  #dialog(): WaDialog | null {
    return this.querySelector('wa-dialog')
  }

  /** Begins to close the dialog. */
  hide = (): void => {
    this.#isDone = true
    const dialog = this.#dialog()
    if (dialog && this.isConnected) dialog.open = false
  }

  /** For the `wa-after-hide` of the dialog. Fields in it that open and close fire events of this name too. */
  protected afterHide = (event: Event): void => {
    if (event.target !== this.#dialog()) return
    this.dispatchEvent(new Event('close'))
    const opener = this.#opener
    if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body) opener.focus()
    else focusHeading(this.parentElement)
  }
}

/** Gives the focus to the heading that is nearest to a part, or to the page's, where what had it has left the page. */
export function keepFocus(part?: Element): void {
  if (document.activeElement === document.body) focusHeading(part ?? document.querySelector('main'))
}

function focusHeading(part: Element | null): void {
  const heading = part?.querySelector<HTMLElement>('h1, h2[tabindex]')
  if (heading) heading.focus()
  else if (part) focusHeading(part.parentElement)
}
