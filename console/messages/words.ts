import type { en } from './en.ts'

/** The texts of the console in one language: every text that English has. */
export type Words = Localised<typeof en>

type Localised<T> = {
  [Name in keyof T]: T[Name] extends string
    ? string
    : T[Name] extends (...of: infer Of) => string
      ? (...of: Of) => string
      : Localised<T[Name]>
}

/** The text for a code or an action of the edge; undefined for one that a newer edge may have brought. */
export function textOf(texts: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(texts, code) ? texts[code] : undefined
}
