declare module 'vitest' {
  interface ProvidedContext {
    /** `SEED=` of the command line, from which chance begins; undefined: each run draws its own. */
    seed: number | undefined
    /** Whether what is repeated is repeated as often as `npm run test:random` wants. */
    thorough: boolean
    /** Paths at which the edge serves what the build made for it. */
    files: string[]
  }
}

export {}
