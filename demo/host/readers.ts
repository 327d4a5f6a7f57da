/**
 * What the Biuwer tokens of a store's further readers are for: to end, to be replaced, to live as long as a session. Each such
 * reader is a user of the edge, and all of a store's are one basic user of Biuwer, as the store itself is.
 */
export const READERS = ['ends', 'replaced', 'session'] as const

export type Reader = (typeof READERS)[number]

/** The reader's name at the edge. */
export function userOf(store: string, reader: Reader): string {
  return `${store}.${reader}`
}

/** The store that a user of the edge stands for. */
export function storeIdOf(user: string): string {
  return user.split('.', 1)[0] ?? ''
}
