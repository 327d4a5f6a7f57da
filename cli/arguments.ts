import { IDEMPOTENCY_KEY } from '../worker/policy/bounds.ts'
import { wrongUsage } from './failures.ts'

/** The end of a command's help. */
export function example(...lines: string[]): string {
  return `\nExample:\n${lines.map((line) => `  $ npx biuwer-embed ${line}`).join('\n')}`
}

/** Gathers an option that may be given several times. */
export function several(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}

/** Reads an option that is a whole number. What was given is not quoted: it may be a secret in the wrong place. */
export function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    if (!/^\d{1,9}$/.test(text)) throw wrongUsage(`${option} takes a whole number.`)
    return Number(text)
  }
}

/** Reads an option that is a whole number of 1 or more. */
export function count(option: string): (text: string) => number {
  return (text) => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw wrongUsage(`${option} takes a whole number, 1 or more.`)
    return Number(text)
  }
}

/** Gathers `name=value` pairs. */
export function pair(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw wrongUsage('--metadata takes name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

export function idempotencyKey(text: string): string {
  if (!IDEMPOTENCY_KEY.test(text))
    throw wrongUsage('--idempotency-key takes 1 to 255 visible ASCII characters.')
  return text
}

/** A user or an id. It stands in an address, where dots alone would lead to another one. */
export function name(text: string): string {
  if (/^\.{0,2}$/.test(text)) throw wrongUsage('A user or an id is neither empty nor dots alone.')
  return text
}
