import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atTerminal, CTRL_C, CTRL_D, ENTER, quoted } from '../e2e/terminal.ts'
import { OwnFolder } from './own-folder.ts'
import { shellsOf } from './shells.ts'

const FILES = ['.dev.vars.example', '.gitignore', 'README.md', 'package.json', 'wrangler.toml']

let folder: OwnFolder
let env: Record<string, string>
beforeAll(async () => {
  folder = await OwnFolder.make()
  const { PATH = '', HOME = '' } = process.env
  env = { PATH: `${dirname(process.execPath)}:${PATH}`, HOME, npm_config_offline: 'true' }
})
afterAll(() => folder.remove())

/** The questions, in their order, and an answer to each. */
const ANSWERS = [
  ['Biuwer instance', 'acme'],
  ['Origins of the pages', 'https://app.example.com  https://www.example.com'],
  ['Custom domain', 'embed.example.com'],
] as const
const answered = ANSWERS.map(([question, answer]) => [question, `${answer}${ENTER}`] as const)

describe.each(shellsOf('bash', 'zsh'))('init at a terminal, in %s', (shell) => {
  const at = (line: string, typed: readonly (readonly [string, string])[]) =>
    atTerminal({ command: `${shell} -c ${quoted(line)}`, typed, env, cwd: folder.path })

  it('asks, and with the answers given again changes nothing', async () => {
    const line = `npx biuwer-embed init 'my ${shell} edge'`
    const first = await at(line, answered)
    expect([first.exit, first.shown]).toEqual([0, expect.stringContaining(`cd "my ${shell} edge"`)])
    const made = join(folder.path, `my ${shell} edge`)
    expect(readdirSync(made).sort()).toEqual(FILES)
    const toml = readFileSync(join(made, 'wrangler.toml'), 'utf8')
    expect(toml).toContain('ALLOWED_ORIGINS = "https://app.example.com https://www.example.com"')
    expect(toml).toContain(`name = "my-${shell}-edge"`)
    const again = await at(line, answered)
    expect([again.exit, again.shown]).toEqual([0, expect.stringContaining('says just this')])
    expect(readFileSync(join(made, 'wrangler.toml'), 'utf8')).toBe(toml)
    const other = await at(line, [['Biuwer instance', `other${ENTER}`], ...answered.slice(1)])
    expect([other.exit, other.shown]).toEqual([2, expect.stringContaining('another wrangler.toml')])
  })

  it('asks again until an edge would take the answer', async () => {
    const { exit, shown } = await at(`npx biuwer-embed init 'corrected ${shell}'`, [
      ['Biuwer instance', `Acme${ENTER}`],
      ['Biuwer instance', `acme${ENTER}`],
      ['Origins of the pages', `app.example.com${ENTER}`],
      ['Origins of the pages', `https://app.example.com${ENTER}`],
      ['Custom domain', `https://embed.example.com${ENTER}`],
      ['Custom domain', ENTER],
    ])
    expect(exit).toBe(0)
    expect(shown.match(/^That .+\.\r?$/gm)).toHaveLength(3)
    const toml = readFileSync(join(folder.path, `corrected ${shell}`, 'wrangler.toml'), 'utf8')
    expect(toml).toContain('# workers_dev = false')
  })

  it.each(
    ANSWERS.flatMap(([question], index) => [
      { question, index, name: 'Ctrl-C', key: CTRL_C },
      { question, index, name: 'Ctrl-D', key: CTRL_D },
    ]),
  )('leaves nothing behind after $name at "$question"', async ({ question, index, key }) => {
    const line = `npx biuwer-embed init 'cut ${shell}/edge'; echo ended $?; stty -a`
    const { shown } = await at(line, [...answered.slice(0, index), [question, key]])
    expect(shown).toContain('ended 130')
    expect(shown).toMatch(/ echo /)
    expect(existsSync(join(folder.path, `cut ${shell}`))).toBe(false)
  })
})

it('is asked nothing where the options say it all', async () => {
  const options = ['--instance', 'acme', '--origins', 'https://app.example.com', '--no-domain']
  const command = ['npx', 'biuwer-embed', 'init', 'told', ...options].map(quoted).join(' ')
  const { exit, shown } = await atTerminal({ command, env, cwd: folder.path })
  expect([exit, shown]).toEqual([0, expect.not.stringMatching(/: \S*$|Biuwer instance/)])
})

it('has a terminal to ask in where every stream leads elsewhere', async () => {
  const log = join(folder.path, 'log')
  const command = `npx biuwer-embed init redirected < /dev/null > ${quoted(log)} 2>&1`
  const { exit } = await atTerminal({ command, typed: answered, env, cwd: folder.path })
  expect([exit, readFileSync(log, 'utf8')]).toEqual([0, expect.not.stringContaining('Biuwer instance')])
  expect(readdirSync(join(folder.path, 'redirected')).sort()).toEqual(FILES)
})
