import { inspect } from 'node:util'
import { CommanderError } from '@commander-js/extra-typings'
import { EdgeError } from '../client/edge-error.ts'
import manifest from '../package.json' with { type: 'json' }
import { visibleJson } from '../worker/policy/visible-text.ts'
import { refuseSecrets } from './argv-secrets.ts'
import { EXIT, Failure, failureOf, type Report, sentence } from './failures.ts'
import { program } from './program.ts'
import { endWithReader, printError } from './terminal.ts'
import { usageFailure } from './usage.ts'

const argv = process.argv.slice(2)
const isJson = argv.includes('--json')
const commands = program(manifest.version)

endWithReader()
// A fault of this program itself. Node would print it with the control characters of the texts that it quotes.
process.on('uncaughtException', (error) => {
  const problem: Report = { title: 'Fault of the command line', code: 'fault', detail: inspect(error) }
  printError(isJson ? visibleJson(problem) : problem.detail)
  process.exit(EXIT.fault)
})

try {
  refuseSecrets(argv)
  await commands.parseAsync(argv, { from: 'user' })
} catch (error) {
  process.exitCode = report(error)
}

/** Says on stderr what went wrong. A fault of this program itself is thrown on: its stack is wanted. */
function report(error: unknown): number {
  // Commander ends with an error that is none where help or the version was asked for.
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok
  const failure = asFailure(error)
  if (!failure) throw error
  printError(isJson ? visibleJson(failure.report) : sentence(failure.report))
  return failure.exit
}

function asFailure(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) return usageFailure(error, commands)
  if (error instanceof EdgeError) return failureOf(error)
  return error instanceof Failure ? error : undefined
}
