declare module 'vitest' {
  interface ProvidedContext {
    /** `SEED=` of the command line, from which chance begins; undefined: each run draws its own. */
    seed: number | undefined
    /** Paths at which the edge serves what the build made for it. */
    files: string[]
  }
}

export {}
