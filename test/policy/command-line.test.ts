import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { expect, test } from 'vitest'
import { commandReference, helpOf } from '../../build/command-reference.ts'
import { program } from '../../cli/program.ts'
import manifest from '../../package.json' with { type: 'json' }

const all = (command: CommandUnknownOpts): CommandUnknownOpts[] => [command, ...command.commands.flatMap(all)]
const root = program(manifest.version)
const commands = all(root).map((command) => ({ command, help: helpOf(command) }))

test('docs/command-line.md says what the help says: npm run docs writes it', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/command-line.md', import.meta.url)), 'utf8')
  expect(page).toBe(commandReference(program(manifest.version)))
})

test('no help says what only a program understands', () => {
  for (const { help } of commands) {
    expect(help).not.toMatch(/\b(null|undefined|NaN|Infinity|\[object)/)
    expect(help).not.toMatch(/\(default: [^)]*\) \(default:/)
  }
})

test('whatever a command does, its help shows it in an example', () => {
  const without = commands
    .filter(({ command, help }) => command.commands.length === 0 && !help.includes('$ npx biuwer-embed '))
    .map(({ command }) => command.name())
  expect(without).toEqual([])
})

test('what ends something asks before, unless --yes is passed', () => {
  const ending = /^(delete|revoke|revoke-tokens|remove-key|sign-out|unlink)$/
  const unasked = commands
    .filter(({ command }) => ending.test(command.name()))
    .filter(({ command }) => !command.options.some(({ long }) => long === '--yes'))
    .map(({ command }) => `${command.parent?.name()} ${command.name()}`)
  expect(unasked).toEqual([])
})

test('every exit code that the help names is in the reference, and no other', () => {
  const [{ help = '' } = {}] = commands
  const named = [...help.matchAll(/^ {2,4}(\d+) {2}\S/gm)].map(([, code]) => code)
  expect(named).toEqual(['0', '1', '2', '3', '4', '130'])
})
