import { wrongUsage } from './failures.ts'
import { askSecret, canAsk, isPipedIn, readStdin } from './terminal.ts'

/** A secret that a command takes: a Biuwer token, an embed token. */
export interface SecretInput {
  /** `Biuwer token`. */
  called: string
  /** The variable of the environment that may hold it. */
  variable: string
}

/** The option by which a secret is read from standard input, which is never read without it. */
export const STDIN = ['--stdin', 'read it from standard input'] as const

/** The secret that is piped in where `stdin` says so, else that of the environment; undefined: there is none. */
export async function givenSecret(
  { called, variable }: SecretInput,
  stdin: boolean,
): Promise<string | undefined> {
  if (!stdin) return process.env[variable]?.trim() || undefined
  // What a person types there, the terminal would show.
  const secret = isPipedIn() ? await readStdin() : await askSecret(`${called}: `)
  if (secret === '') throw wrongUsage(`Standard input has no ${called}.`)
  return secret
}

/** The secret that was given, else what the person at the terminal types. */
export async function neededSecret(input: SecretInput, stdin: boolean, question: string): Promise<string> {
  const given = await givenSecret(input, stdin)
  if (given !== undefined) return given
  const { called, variable } = input
  if (!canAsk())
    throw wrongUsage(
      `No ${called} was given: pipe it in with --stdin, or set ${variable}. Nobody is there to ask.`,
    )
  const typed = await askSecret(question)
  if (typed === '') throw wrongUsage(`No ${called} was given.`)
  return typed
}

/** Where a secret comes from, for help. */
export function origins({ called, variable }: SecretInput): string {
  return `The ${called} is read with --stdin from standard input, else from ${variable}, else asked for without echo.`
}
