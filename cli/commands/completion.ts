import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { example } from '../arguments.ts'
import { placesOf } from '../completion/places.ts'
import { SCRIPTS, type Shell } from '../completion/scripts.ts'
import { contextOf } from '../context.ts'
import { print } from '../terminal.ts'

const SHELLS = Object.keys(SCRIPTS) as Shell[]

export function completion(): CommandUnknownOpts {
  return new Command('completion')
    .description('print a script by which a shell completes commands, options and their values')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
It completes biuwer-embed, where that is on the PATH: installed globally, or with node_modules/.bin on it.
  bash  npx biuwer-embed completion bash > ~/.local/share/bash-completion/completions/biuwer-embed
  zsh   npx biuwer-embed completion zsh > ~/.zfunc/_biuwer-embed, with fpath+=~/.zfunc before compinit in ~/.zshrc
  fish  npx biuwer-embed completion fish > ~/.config/fish/completions/biuwer-embed.fish
${example('completion bash')}`,
    )
    .action((shell, _options, command) => {
      const { out } = contextOf(command)
      const script = SCRIPTS[shell](placesOf(rootOf(command)))
      if (out.json) out.object({ shell, script })
      else print(script)
    })
}

function rootOf(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent ? rootOf(command.parent) : command
}
