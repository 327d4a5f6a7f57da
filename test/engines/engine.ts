/** The browsers that the tests run in, by engine. */
export const ENGINES = ['chromium', 'firefox', 'webkit'] as const
export type EngineName = (typeof ENGINES)[number]

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine in which the tests of this project run. */
    engine: EngineName
  }
}

/** A browser that runs. */
export interface Engine {
  readonly name: EngineName
  readonly version: string
  visitor(): Promise<Visitor>
  /** Ends the browser and all of its processes. */
  stop(): Promise<void>
}

/** A person's visit: cookies, storage and cache of its own. */
export interface Visitor {
  /** Opens a window at this address and waits until its page has loaded. */
  open(url: string): Promise<Tab>
  /** Every top-level page, those that pages opened included. A page is the same `Tab` at every call. */
  tabs(): Promise<Tab[]>
  close(): Promise<void>
}

/** A top-level page. */
export interface Tab {
  /** Loads this address and waits until the page has loaded. */
  goto(url: string): Promise<void>
  /**
   * Runs a function in the page, with its `argument`, which has to be JSON. The function sees nothing of the
   * module that it is written in. Rejects with what the function throws.
   */
  evaluate<A, R>(run: (argument: A) => R | Promise<R>, argument: A): Promise<R>
  evaluate<R>(run: () => R | Promise<R>): Promise<R>
  /** Runs a function in the page until what it gives is true, which is returned. Its error names `what` is awaited. */
  until<A, R>(what: string, run: (argument: A) => R | Promise<R>, argument: A): Promise<NonNullable<R>>
  until<R>(what: string, run: () => R | Promise<R>): Promise<NonNullable<R>>
  /**
   * A person's click at the middle of the element that `find` gives in the page, once it is there: trusted, and with
   * user activation. Where that element is a frame, what is shown there gets the click.
   */
  click<A>(find: (argument: A) => Element | null | undefined, argument: A): Promise<void>
  click(find: () => Element | null | undefined): Promise<void>
  /** A person's click at this point of what shows of the page, in CSS pixels from the top left. */
  clickAt(x: number, y: number): Promise<void>
  /** A person's keystroke, by the key's name, with modifiers before it: `Tab`, `Enter`, `a`, `Shift+Tab`. */
  press(key: string): Promise<void>
  /** A person's typing: each character is a keystroke. */
  type(text: string): Promise<void>
  /** What shows of the page, as PNG. */
  screenshot(): Promise<Buffer>
  /** Every message on the console since `goto`; undefined in WebKit, whose driver doesn't tell. */
  console(): string[] | undefined
  close(): Promise<void>
}
