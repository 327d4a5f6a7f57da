import { wordsAt } from '../panel/messages/language.ts'
import { textOf } from '../text-of.ts'
import type { SessionHost } from './session-host.ts'

/** The numbers in the names of tags without a label. */
const numbers = new Map<SessionHost, number>()

/**
 * Returns the accessible name of a tag's frame: the page's own, else the default one. Where the page has several tags without
 * a label, the second and later ones have a number.
 */
export function nameOf(host: SessionHost): string {
  const label = textOf(host.label)
  if (label) return label
  const number = numbers.get(host) ?? smallestFree()
  numbers.set(host, number)
  return wordsAt(host).label + (number > 1 ? ` ${number}` : '')
}

/** Frees the number of a tag that has left the page. */
export function forgetName(host: SessionHost): void {
  numbers.delete(host)
}

function smallestFree(): number {
  const taken = new Set(numbers.values())
  let number = 1
  while (taken.has(number)) number++
  return number
}
