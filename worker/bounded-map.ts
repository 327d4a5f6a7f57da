/**
 * A map with a limit on its entries, and one on the sum of their sizes: what is over drops the entries that were set
 * longest ago.
 */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, { value: Value; size: number }>()
  readonly #most: number
  readonly #largest: number
  #size = 0

  /**
   * @param most entries
   * @param largest sum of the entries' sizes, in the unit that `set` is told
   */
  constructor(most: number, largest = Number.POSITIVE_INFINITY) {
    this.#most = most
    this.#largest = largest
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value
  }

  set(key: Key, value: Value, size = 0): void {
    this.delete(key)
    this.#entries.set(key, { value, size })
    this.#size += size
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#most && this.#size <= this.#largest) return
      this.delete(oldest)
    }
  }

  delete(key: Key): void {
    this.#size -= this.#entries.get(key)?.size ?? 0
    this.#entries.delete(key)
  }
}
