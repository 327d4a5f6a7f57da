/** The browser's storage as far as the browser gives it: where it is blocked or full, values last as long as the page. */
class AvailableStorage {
  readonly #memory = new Map<string, string>()
  readonly #open: () => Storage

  constructor(open: () => Storage) {
    this.#open = open
  }

  get(name: string): string | null {
    return this.#tried((storage) => storage.getItem(name)) ?? this.#memory.get(name) ?? null
  }

  set(name: string, value: string): void {
    const isStored = this.#tried((storage) => {
      storage.setItem(name, value)
      return true
    })
    if (isStored) this.#memory.delete(name)
    else this.#memory.set(name, value)
  }

  remove(name: string): void {
    this.#memory.delete(name)
    this.#tried((storage) => storage.removeItem(name))
  }

  /** Names and values that the browser has. */
  entries(): [string, string][] {
    return this.#tried((storage) => Object.entries(storage)) ?? []
  }

  #tried<Result>(work: (storage: Storage) => Result): Result | undefined {
    try {
      return work(this.#open())
    } catch (error) {
      // A SecurityError where storage is blocked, a QuotaExceededError where it is full.
      if (error instanceof DOMException) return undefined
      throw error
    }
  }
}

/** Of this tab alone. Browsers copy it where a tab is duplicated, and bring it back with a tab that was closed. */
export const tabStorage = new AvailableStorage(() => sessionStorage)
/** Of every tab of the console in this browser. */
export const sharedStorage = new AvailableStorage(() => localStorage)
