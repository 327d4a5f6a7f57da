import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atTerminal, ENTER, quoted } from '../e2e/terminal.ts'
import { OwnFolder } from './own-folder.ts'
import { shellsOf } from './shells.ts'

/** The shells of this machine that complete. */
const SHELLS = shellsOf('bash', 'zsh', 'fish')
const TAB = '\t'
/** Ctrl-U. */
const CLEAR_LINE = '\u0015'

let folder: OwnFolder
let PATH: string
beforeAll(async () => {
  folder = await OwnFolder.make()
  PATH = `${join(folder.path, 'node_modules/.bin')}:${process.env.PATH}`
  for (const shell of SHELLS) {
    const { exit, stdout } = await folder.run(['completion', shell])
    expect(exit).toBe(0)
    writeFileSync(join(folder.path, shell), stdout)
  }
})
afterAll(() => folder.remove())

/** How an interactive shell starts without anybody's settings, and takes a script of completion. */
const STARTS: Record<string, { command: string; source(script: string): string }> = {
  bash: { command: 'bash --norc --noprofile -i', source: (script) => `. ${script}` },
  zsh: { command: 'zsh -f -i', source: (script) => `autoload -Uz compinit; compinit -u -D; . ${script}` },
}

describe.each(SHELLS.filter((shell) => shell in STARTS))('in %s, by Tab', (shell) => {
  const { command, source } = STARTS[shell] as (typeof STARTS)[string]

  /** Types a line, and gives what the shell shows of it. */
  async function typed(...keys: (readonly [shown: string, keys: string])[]): Promise<string> {
    const script = quoted(join(folder.path, shell))
    const { shown } = await atTerminal({
      command,
      typed: [
        [/[#$%] /, `${source(script)}; echo it is re''ady${ENTER}`],
        ...keys,
        ['', `${CLEAR_LINE}exit${ENTER}`],
      ],
      env: { PATH, HOME: folder.path, TERM: 'dumb' },
      cwd: folder.path,
    })
    return shown
  }

  it('completes commands, options and their values, and passes over values', async () => {
    const shown = await typed(
      ['is ready', `biuwer-embed tok${TAB}`],
      ['tokens ', `cre${TAB}`],
      ['create ', `--user tokens --refr${TAB}`],
      ['--refresh ', `mon${TAB}`],
      ['monthly ', `--any-r${TAB}`],
      ['--any-resource ', ''],
    )
    expect(shown).toContain('--any-resource')
  })

  it('takes the value of an option before the command for no command', async () => {
    const shown = await typed(
      ['is ready', `biuwer-embed --edge users tok${TAB}`],
      ['tokens ', `cre${TAB}`],
      ['create ', ''],
    )
    expect(shown).toContain('create ')
  })

  it('completes the name of a file, with a space in it', async () => {
    writeFileSync(join(folder.path, 'my backup.ndjson'), '')
    const shown = await typed(['is ready', `biuwer-embed import my${TAB}`], ['my\\ backup.ndjson', ''])
    expect(shown).toContain('my\\ backup.ndjson')
  })
})

const inFish = SHELLS.includes('fish')
  ? [
      ['biuwer-embed sec', ['secrets']],
      ['biuwer-embed tokens create --refresh ', ['daily', 'monthly', 'none', 'single-use']],
      ['biuwer-embed --edge users tok', ['tokens']],
      ['biuwer-embed tokens create --user users --any', ['--any-origin', '--any-resource']],
      ['biuwer-embed completion ', ['bash', 'fish', 'zsh']],
    ]
  : []
it.each(inFish)('completes in fish: %s', (line, words) => {
  const script = `source ${quoted(join(folder.path, 'fish'))}; complete -C ${quoted(`${line}`)}`
  const said = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8', cwd: folder.path })
  const first = said.split('\n').map((entry) => entry.split('\t')[0])
  expect(first.filter(Boolean).sort()).toEqual(words)
})

it('prints a script for each shell, and says which there are', async () => {
  const json = await folder.run(['completion', 'zsh', '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ shell: 'zsh', script: expect.stringMatching(/^#compdef/) })
  const { exit, stdout } = await folder.run(['completion', 'tcsh'])
  expect([exit, stdout]).toEqual([2, ''])
})
