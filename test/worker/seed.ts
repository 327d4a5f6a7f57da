import { inject } from 'vitest'

/** What chance begins from. A test names it in its title, and `SEED=` gives it back. */
export const seed = inject('seed') ?? Math.floor(Math.random() * 2 ** 31)
