/** Knows whether an element has come within a viewport's height of what is visible. */
export class NearViewport {
  readonly #element: Element
  readonly #entered: () => void
  #observer: IntersectionObserver | undefined
  #near = false

  /** `entered` runs when the element comes near while it is watched. */
  constructor(element: Element, entered: () => void) {
    this.#element = element
    this.#entered = entered
  }

  /** Whether the element was near since it was last forgotten. Where it was not, it is watched from now on. */
  hasEntered(): boolean {
    // jsdom lays nothing out.
    if (!('IntersectionObserver' in self)) return true
    if (!this.#near) {
      this.#observer ??= new IntersectionObserver(this.#look, { rootMargin: '100% 0px' })
      // Does nothing where the element is observed already.
      this.#observer.observe(this.#element)
    }
    return this.#near
  }

  /** Watches no more. */
  stop(): void {
    this.#observer?.disconnect()
  }

  forget(): void {
    this.stop()
    this.#near = false
  }

  #look = (entries: IntersectionObserverEntry[]): void => {
    if (!entries.some((entry) => entry.isIntersecting)) return
    this.#near = true
    this.stop()
    this.#entered()
  }
}
