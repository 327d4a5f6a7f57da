import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { EXIT_MEANINGS } from '../cli/failures.ts'

/** Characters of a line of help: what a page of GitHub shows of a block of code. */
const WIDTH = 110

/** The reference of the command line: what each command's `--help` says. */
export function commandReference(root: CommandUnknownOpts): string {
  return `# The command line

\`npx biuwer-embed\` makes and operates edges. In a folder that [\`init\`](own-edge.md) has made, and wherever the npm package is
installed, it is there; in a clone of this repository it is \`npm run --silent edge --\`. It runs on Node 20 and later.

This page is what \`--help\` says. \`npm run docs\` writes it.

## What holds for every command

**Which edge**: \`--edge https://embed.example.com\`, or \`BIUWER_EDGE\`. **Which key**: \`BIUWER_ADMIN_KEY\`, else it is asked for.

**Secrets** are never taken from arguments, which process lists and shell histories show. They are read from the environment, from
standard input where \`--stdin\` or a \`-\` says so, or asked for. A question goes to the terminal itself and shows nothing of the answer,
wherever stdin, stdout and stderr lead. Standard input is left alone otherwise, so that a loop of the shell may read it:

\`\`\`sh
npx biuwer-embed tokens list --json | jq -r .id | while read -r id; do npx biuwer-embed tokens explain "$id"; done
\`\`\`

**Limits**: nothing is made for all users, for any resource, for any origin or for ever unless you say so: \`--all-users\`,
\`--any-resource\`, \`--any-origin\`, \`--to never\`. What no option says is asked for at a terminal; without one the command ends with 2 and
names the options. Commands that take \`--yes\` ask before they end something for good; without a terminal they need it.

**For scripts**: with \`--json\` a command prints one object, or one a line for a list, and nothing else on stdout. A failure is
problem details on stderr, as the edge itself answers them (RFC 9457): \`code\` is stable, and \`output\` has the lines of a program that
failed, such as wrangler's. What is null in JSON is shown to people by the words of the options: \`any\`, \`all\`, \`never\`.

| exit code | meaning |
| --- | --- |
${Object.entries(EXIT_MEANINGS)
  .map(([code, meaning]) => `| ${code} | ${meaning} |`)
  .join('\n')}

**Proxies**: \`HTTPS_PROXY\`, \`HTTP_PROXY\` and \`NO_PROXY\` are honoured, in capitals or small letters. An edge on this machine is asked
without a proxy. Node 20 needs its version 20.18.1 or later for that.

**Completion** of commands, options and their values in bash, zsh and fish: [\`completion\`](#completion).

## All commands

${helpOf(root)}
${root.commands.map(section).join('\n')}`
}

/** A command, and those below it. */
function section(command: CommandUnknownOpts): string {
  const own = `\n## ${pathOf(command)}\n\n${helpOf(command)}`
  const inner = command.commands.map((next) => `\n### ${pathOf(next)}\n\n${helpOf(next)}${deeper(next)}`)
  return [own, ...inner].join('\n')
}

function deeper(command: CommandUnknownOpts): string {
  return command.commands.map((next) => `\n\n#### ${pathOf(next)}\n\n${helpOf(next)}`).join('')
}

/** `tokens create`. */
function pathOf(command: CommandUnknownOpts): string {
  const { parent } = command
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name()
}

/** What `--help` says. */
export function helpOf(command: CommandUnknownOpts): string {
  let said = ''
  command.configureOutput({
    writeOut: (text) => {
      said += text
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return `\`\`\`text\n${said.trim()}\n\`\`\``
}
