import { InvalidArgumentError } from '@commander-js/extra-typings'
import { IDEMPOTENCY_KEY } from '../worker/policy/bounds.ts'

/** The end of a command's help. */
export function example(...lines: string[]): string {
  return `\nExample:\n${lines.map((line) => `  $ biuwer-embed ${line}`).join('\n')}`
}

/** Gathers an option that may be given several times. */
export function several(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Pass a whole number.')
  return Number(text)
}

/** At least one: nobody asks for nothing. */
export function count(text: string): number {
  const number = wholeNumber(text)
  if (number === 0) throw new InvalidArgumentError('Pass 1 or more.')
  return number
}

/** Gathers `name=value` pairs. */
export function pair(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Pass name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** What a header can carry. */
export function visibleAscii(text: string): string {
  if (!IDEMPOTENCY_KEY.test(text)) throw new InvalidArgumentError('Pass visible ASCII characters.')
  return text
}
