import { CommanderError } from '@commander-js/extra-typings'
import manifest from '../package.json' with { type: 'json' }
import { refuseSecrets } from './argv-secrets.ts'
import { EXIT, Failure, sentence, wrongUsage } from './failures.ts'
import { program } from './program.ts'

const argv = process.argv.slice(2)

// `… | head` ends the pipe early, which is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(EXIT.ok)
})

try {
  refuseSecrets(argv)
  await program(manifest.version).parseAsync(argv, { from: 'user' })
} catch (error) {
  process.exitCode = report(error)
}

/** Says what went wrong on stderr. A fault of this program itself is not caught here: its stack is wanted. */
function report(error: unknown): number {
  const failure = error instanceof CommanderError ? usageOf(error) : error
  if (failure === undefined) return EXIT.ok
  if (!(failure instanceof Failure)) throw failure
  console.error(argv.includes('--json') ? JSON.stringify(failure.report) : sentence(failure.report))
  return failure.exit
}

/** Undefined where help or the version was asked for. */
function usageOf(error: CommanderError): Failure | undefined {
  if (error.exitCode === 0) return undefined
  if (error.code === 'commander.help') return wrongUsage('Which command? See --help.')
  // Commander quotes what it does not understand, and that may be a secret given the wrong way.
  const detail = error.message
    .replace(/^error: /, '')
    .replace(/(but got \d+): .*/s, '$1.')
    .replace(/'(--[\w-]+)=[^']*'/g, "'$1'")
    .replace(/'(-\w)[^-'][^']*'/g, "'$1'")
    .replace(/'[^']{25,}'/g, "'…'")
  return wrongUsage(detail)
}
