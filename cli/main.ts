import { CommanderError } from '@commander-js/extra-typings'
import { EdgeError } from '../client/edge-error.ts'
import manifest from '../package.json' with { type: 'json' }
import { refuseSecrets } from './argv-secrets.ts'
import { EXIT, Failure, failureOf, sentence } from './failures.ts'
import { program } from './program.ts'
import { usageFailure } from './usage.ts'

const argv = process.argv.slice(2)
const commands = program(manifest.version)

// `… | head` ends the pipe early, which is no failure of this program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(EXIT.ok)
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
  console.error(argv.includes('--json') ? JSON.stringify(failure.report) : sentence(failure.report))
  return failure.exit
}

function asFailure(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) return usageFailure(error, commands)
  if (error instanceof EdgeError) return failureOf(error)
  return error instanceof Failure ? error : undefined
}
