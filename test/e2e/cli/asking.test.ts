import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { atTerminal, CTRL_C, CTRL_D, ENTER, quoted } from '../terminal.ts'
import { commandLine, environment, lines, NO_LIMIT, object, run } from './process.ts'

const { adminKey, biuwerTokens, hostPorts } = inject('stack')
const [ONE, OTHER] = hostPorts.map((port) => `http://localhost:${port}`)
const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-asking-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = () => join(folder, randomUUID())
const read = (path: string) => readFileSync(path, 'utf8')

const link = (user: string) => commandLine(['users', 'link', user])
const secret = biuwerTokens.store1

describe('a secret is asked for at the terminal, and never shown', () => {
  test.each([
    ['stdout', (out: string) => `> ${quoted(out)}`],
    ['stderr', (out: string) => `2> ${quoted(out)}`],
    ['stdout with stderr', (out: string) => `> ${quoted(out)} 2>&1`],
    ['stdin', () => '< /dev/null'],
    ['each of the three', (out: string) => `< /dev/null > ${quoted(out)} 2>&1`],
  ])('where %s leads elsewhere', async (_which, redirection) => {
    const [user, out] = [`cli-${randomUUID()}`, file()]
    writeFileSync(out, '')
    const { exit, shown } = await atTerminal({
      command: `${link(user)} ${redirection(out)}`,
      typed: [[`Biuwer token of ${user}: `, `${secret}${ENTER}`]],
      env: environment(),
    })
    expect(exit).toBe(0)
    expect(shown + read(out)).not.toContain(secret)
    expect(await object(['users', 'show', user])).toMatchObject({ user })
  })

  test('a key and a Biuwer token, one after the other, in the order of the questions', async () => {
    const user = `cli-${randomUUID()}`
    const { exit, shown } = await atTerminal({
      command: `${link(user)} 2> /dev/null`,
      typed: [
        ['Key: ', `${adminKey}${ENTER}`],
        ['Biuwer token of', `${secret}${ENTER}`],
      ],
      env: environment({ BIUWER_ADMIN_KEY: '' }),
    })
    expect([exit, shown]).toEqual([0, expect.stringContaining('linked_at')])
    for (const hidden of [adminKey, secret]) expect(shown).not.toContain(hidden)
  })

  test.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D', CTRL_D],
  ])('%s cancels, and the terminal shows again what is typed', async (_key, keys) => {
    const user = `cli-${randomUUID()}`
    const { exit, shown } = await atTerminal({
      command: `${link(user)}; echo ended $?; stty -a`,
      typed: [['Biuwer token of', keys]],
      env: environment(),
    })
    expect(exit).toBe(0)
    expect(shown).toContain('ended 130')
    expect(shown).toMatch(/\bicanon\b[\s\S]* echo /)
    expect(shown).not.toMatch(/ -(echo|icanon) /)
    expect((await run(['users', 'show', user])).exit).toBe(1)
  })

  test('--stdin at a terminal does not show it either', async () => {
    const { exit, shown } = await atTerminal({
      command: commandLine(['users', 'link', `cli-${randomUUID()}`, '--stdin']),
      typed: [['Biuwer token: ', `${secret}${ENTER}`]],
      env: environment(),
    })
    expect([exit, shown]).toEqual([0, expect.not.stringContaining(secret)])
  })
})

describe('standard input belongs to whoever called', () => {
  test('a loop of the shell gets all of its lines, whatever it runs for each', async () => {
    const { id } = await object(['tokens', 'create', '--user', await linked(), ...NO_LIMIT])
    const ids = file()
    writeFileSync(ids, `${id}\n`.repeat(3))
    const ran = await atTerminal({
      command: `while read -r id; do ${commandLine(['tokens', 'explain'])} "$id" --json; ${commandLine(['tokens', 'show'])} "$id" --json; done < ${quoted(ids)}`,
      env: environment(),
    })
    expect(ran.shown.match(/"allowed":true/g)).toHaveLength(3)
    expect(ran.shown.match(/"version":1/g)).toHaveLength(3)
  })

  test.each([
    [['users', 'link', 'cli-piped'], 'BIUWER_TOKEN'],
    [['users', 'biuwer-tokens', 'add', 'cli-piped'], 'BIUWER_TOKEN'],
    [['explain'], 'BIUWER_EMBED_TOKEN'],
  ])('%j takes what is piped in with --stdin alone', async (args, variable) => {
    const { exit, stderr } = await run(args, { input: secret })
    expect([exit, stderr]).toEqual([2, expect.stringContaining('with --stdin')])
    expect(stderr).toContain(variable)
    const empty = await run([...args, '--stdin'], { input: ' \n' })
    expect([empty.exit, empty.stderr]).toEqual([2, expect.stringContaining('Standard input has no')])
  })

  test('what --stdin gives goes before the environment', async () => {
    const { token } = await object(['tokens', 'create', '--user', await linked(), ...NO_LIMIT])
    const other = { env: { BIUWER_EMBED_TOKEN: 'other' }, input: token }
    expect(await object(['explain', '--stdin'], other)).toMatchObject({ allowed: true })
  })
})

async function linked(): Promise<string> {
  const user = `cli-${randomUUID()}`
  await object(['users', 'link', user, '--stdin'], { input: secret })
  return user
}

const KEY_FILE = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
`

describe('nothing is made without a limit unless somebody says so', () => {
  test.each([
    [
      ['tokens', 'create', '--user', 'cli-nobody'],
      ['--any-resource', '--any-origin', '--to never'],
    ],
    [
      ['signers', 'create', 'Backend', '--key', '-'],
      ['--all-users', '--any-resource', '--any-origin'],
    ],
    [
      ['keys', 'create', '--name', 'Backend', '--role', 'issuer'],
      ['--all-users', '--expires-at never'],
    ],
  ])('%j needs each of its limits, and says which are missing', async (args, needed) => {
    const input = KEY_FILE
    for (const left of needed) {
      const others = needed.filter((option) => option !== left).flatMap((option) => option.split(' '))
      const { exit, stderr } = await run([...args, ...others], { input })
      expect(exit).toBe(2)
      expect(needed.filter((option) => stderr.includes(`or ${option}`))).toEqual([left])
    }
    const { stderr } = await run(args, { input })
    expect(needed.filter((option) => stderr.includes(`or ${option}`))).toEqual(needed)
  })

  test('a limit and its absence exclude each other', async () => {
    const args = ['tokens', 'create', '--user', 'u', ...NO_LIMIT, '--resource', 'r']
    expect((await run(args)).stderr).toContain('exclude each other')
  })

  test('at a terminal each is asked for, until there is an answer', async () => {
    const user = await linked()
    const args = ['tokens', 'create', '--user', user, '--label', 'asked', '--resource', 'r1']
    const { exit, shown } = await atTerminal({
      command: commandLine(args),
      typed: [
        ['Origins of the pages', ENTER],
        ['Origins of the pages', `${ONE}  ${OTHER}${ENTER}`],
        ['Valid until', `never${ENTER}`],
      ],
      env: environment(),
    })
    expect([exit, shown]).toEqual([0, expect.not.stringContaining('Resources')])
    const [made] = await lines(['tokens', 'list', '--user', user])
    expect(made).toMatchObject({
      resources: ['r1'],
      origins: [ONE, OTHER],
      to: null,
    })
  })

  test('where there is no other terminal, the one of standard input will do', async () => {
    const args = ['keys', 'create', '--name', 'Asked', '--role', 'viewer', '--json']
    const { exit, shown } = await atTerminal({
      // In a session of its own a program has no terminal but those that its streams lead to.
      command: `setsid --wait ${commandLine(args)}`,
      typed: [
        ['Users', `all${ENTER}`],
        ['Ends', `never${ENTER}`],
      ],
      env: environment(),
    })
    expect([exit, shown]).toEqual([0, expect.stringContaining('"users":null')])
  })

  test('Ctrl-C at a question makes nothing', async () => {
    const user = await linked()
    for (const typed of [
      [['Resources', CTRL_C]],
      [
        ['Resources', `any${ENTER}`],
        ['Origins', CTRL_C],
      ],
    ] as const) {
      const command = commandLine(['tokens', 'create', '--user', user])
      expect((await atTerminal({ command, typed, env: environment() })).exit).toBe(130)
    }
    expect(await lines(['tokens', 'list', '--user', user])).toEqual([])
  })
})
