import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'

/** Where a person can be on the command line, and what can stand there next. */
export interface Place {
  /** The commands so far, separated by spaces; empty at the beginning. */
  at: string
  commands: Word[]
  options: OptionWord[]
  /** What its argument may be, where that is known. */
  values: readonly string[]
}

export interface Word {
  word: string
  /** What it is, in a line. */
  what: string
}

export interface OptionWord extends Word {
  /** Whether a value follows. */
  takesValue: boolean
  /** The values, where they are known. */
  values: readonly string[]
}

/** All places of a command line. */
export function placesOf(root: CommandUnknownOpts): Place[] {
  return placesBelow(root, '', root.options)
}

function placesBelow(command: CommandUnknownOpts, at: string, ofAll: readonly Option[]): Place[] {
  const own = at === '' ? [] : command.options
  const place: Place = {
    at,
    commands: command.commands.map((inner) => ({ word: inner.name(), what: inner.description() })),
    options: [...own, ...ofAll]
      .flatMap((option) => (option.long && !option.hidden ? [{ option, word: option.long }] : []))
      .map(({ option, word }) => ({
        word,
        what: option.description,
        takesValue: option.required,
        values: option.argChoices ?? [],
      }))
      .concat({ word: '--help', what: 'what the command does', takesValue: false, values: [] }),
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }
  const inner = command.commands.flatMap((next) => placesBelow(next, `${at} ${next.name()}`.trim(), ofAll))
  return [place, ...inner]
}

/** What can stand at a place, but for values of options. */
export function wordsAt({ commands, options, values }: Place): Word[] {
  return [...commands, ...values.map((word) => ({ word, what: '' })), ...options]
}

/** The options after which a value follows. */
export function withValue(places: readonly Place[]): string[] {
  const words = places.flatMap(({ options }) =>
    options.filter(({ takesValue }) => takesValue).map(({ word }) => word),
  )
  return [...new Set(words)]
}
