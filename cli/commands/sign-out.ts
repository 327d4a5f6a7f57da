import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { visible } from '../../worker/policy/visible-text.ts'
import { example, name } from '../arguments.ts'
import { consent } from '../consent.ts'
import { contextOf } from '../context.ts'

export function signOutUser(): CommandUnknownOpts {
  return new Command('sign-out')
    .description('end all sessions and tokens of a user given out so far; the records stay')
    .argument('<user>', 'the Biuwer basic user', name)
    .option('--yes', 'do not ask')
    .addHelpText('after', example('users sign-out store-1', 'users sign-out store-1 --yes --json'))
    .action(async (user, { yes }, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      if (!yes) await confirm(`of ${user}`)
      out.object(await to.users.signOut(user))
    })
}

export function signOutAll(): CommandUnknownOpts {
  return new Command('sign-out')
    .description('end all sessions and tokens given out so far, of everybody; the records stay')
    .option('--yes', 'do not ask')
    .addHelpText('after', example('sign-out', 'sign-out --yes --json'))
    .action(async ({ yes }, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      if (!yes) await confirm('of everybody')
      out.object(await to.signOut())
    })
}

/** Says what ends, and goes on only when told to. */
function confirm(whose: string): Promise<void> {
  return consent(
    'sessions and tokens',
    () =>
      `Ends every session and every token ${visible(whose)}, as given out so far. Records stay, and give out new tokens.`,
  )
}
