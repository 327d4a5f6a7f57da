import type { CommanderError, CommandUnknownOpts } from '@commander-js/extra-typings'
import { type Failure, wrongUsage } from './failures.ts'

/** What each of Commander's errors means. */
const MEANINGS: Record<string, string> = {
  'commander.help': 'Which command?',
  'commander.unknownCommand': 'There is no such command.',
  'commander.unknownOption': 'There is no such option.',
  'commander.excessArguments': 'There are more arguments than the command takes.',
  'commander.missingArgument': 'An argument is missing',
  'commander.optionMissingArgument': 'An option lacks its value',
  'commander.missingMandatoryOptionValue': 'An option that the command needs is missing',
  'commander.invalidArgument': 'An option or argument has a value that it does not take',
  'commander.conflictingOption': 'Two of the options exclude each other',
}

/**
 * A mistake that Commander found, in our own words. Commander's message quotes what was typed, which may be a secret
 * in the wrong place: of it only the names of this program's own commands, options and arguments are said on.
 */
export function usageFailure({ code, message }: CommanderError, program: CommandUnknownOpts): Failure {
  const meaning = MEANINGS[code] ?? 'The command line is wrong.'
  if (meaning.endsWith('?') || meaning.endsWith('.')) {
    const guess = /\(Did you mean ([\w-]+)\?\)$/.exec(message)?.[1]
    const hint = guess !== undefined && namesOf(program).has(guess) ? ` Did you mean ${guess}?` : ''
    return wrongUsage(`${meaning}${hint} See --help.`)
  }
  const named = [...namesOf(program)].find((name) => message.includes(`'${name}'`))
  return wrongUsage(`${meaning}${named === undefined ? '' : `: ${named}`}. See --help.`)
}

/** The names that help shows: of commands, of options (with their flags and without), of arguments. */
function namesOf(command: CommandUnknownOpts): Set<string> {
  const own = [
    command.name(),
    ...command.options.flatMap(({ flags, long }) => [flags, ...(long ? [long] : [])]),
    ...command.registeredArguments.map((argument) => argument.name()),
  ]
  return new Set([...own, ...command.commands.flatMap((inner) => [...namesOf(inner)])])
}
