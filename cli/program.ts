import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { example } from './arguments.ts'
import { audit } from './commands/audit.ts'
import { exportAll, importAll } from './commands/backup.ts'
import { completion } from './commands/completion.ts'
import { deploy } from './commands/deploy.ts'
import { dev } from './commands/dev.ts'
import { explain } from './commands/explain.ts'
import { health } from './commands/health.ts'
import { init } from './commands/init.ts'
import { keys } from './commands/keys.ts'
import { refusals } from './commands/refusals.ts'
import { secrets } from './commands/secrets.ts'
import { signOutAll } from './commands/sign-out.ts'
import { signers } from './commands/signers.ts'
import { tokens } from './commands/tokens.ts'
import { upgrade } from './commands/upgrade.ts'
import { users } from './commands/users.ts'
import { vault } from './commands/vault.ts'
import { EXIT_MEANINGS } from './failures.ts'
import { print, printError } from './terminal.ts'

/** The whole command line. Commander neither exits nor prints its errors: the caller does. */
export function program(version: string): CommandUnknownOpts {
  const root = new Command('npx biuwer-embed')
    .description('Makes and operates a biuwer-embed edge: secrets, keys, signers, users, tokens, audit.')
    .version(version)
    .option('--edge <origin>', "the edge's origin (or BIUWER_EDGE)")
    .option('--json', 'machine-readable: one object, or one a line; nothing else on stdout')
    .addHelpText(
      'after',
      `
The key is read from BIUWER_ADMIN_KEY, else asked for without echo; never from an argument.
HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured, but for edges on this machine.
Nothing else is read from standard input but what --stdin or a - asks for.
Exit codes:
${Object.entries(EXIT_MEANINGS)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n')}
${example('health --edge https://embed.example.com', 'tokens list --user store-1')}`,
    )
    .addCommand(init())
    .addCommand(dev())
    .addCommand(deploy())
    .addCommand(upgrade())
    .addCommand(health())
    .addCommand(secrets())
    .addCommand(keys())
    .addCommand(signers())
    .addCommand(users())
    .addCommand(tokens())
    .addCommand(explain())
    .addCommand(refusals())
    .addCommand(signOutAll())
    .addCommand(audit())
    .addCommand(vault())
    .addCommand(exportAll())
    .addCommand(importAll())
    .addCommand(completion())
  configure(root)
  return root
}

/** Applies what holds for the whole command line to each command: commands made apart inherit nothing. */
function configure(command: CommandUnknownOpts): void {
  command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => printError(text.trimEnd()),
      outputError: () => {},
    })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
  for (const inner of command.commands) configure(inner)
}
