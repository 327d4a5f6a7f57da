import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../build/install.sh', import.meta.url))
let folder: string
const at = (path: string) => join(folder, path)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-install-'))
  mkdirSync(at('build'))
  cpSync(script, at('build/install.sh'))
  writeFileSync(at('package-lock.json'), '{}')
  // It takes a moment to install, another to end when it is interrupted, and fails where one more is there.
  writeFileSync(
    at('npm'),
    `#!/bin/sh
    mkdir busy || exit 1
    echo began >>calls
    trap 'sleep 0.5; rmdir busy; exit 130' INT TERM
    for _ in 1 2 3 4 5; do sleep 0.1; done
    mkdir -p node_modules && echo {} >node_modules/.package-lock.json
    rmdir busy`,
  )
  chmodSync(at('npm'), 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Installs, in a process group of its own, as a terminal has it. */
function install(stderr: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` }
  return spawn('sh', ['build/install.sh'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', stderr],
    detached: true,
  })
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

/** An installation that is under way. */
async function begun(): Promise<ChildProcess> {
  const child = install()
  await expect.poll(() => existsSync(at('calls'))).toBe(true)
  return child
}

const calls = () => readFileSync(at('calls'), 'utf8').trim().split('\n').length

it('says which Node it takes where this one runs no TypeScript', async () => {
  writeFileSync(at('node'), '#!/bin/sh\ncase $1 in --version) echo v22.17.1 ;; *) echo false ;; esac')
  chmodSync(at('node'), 0o755)
  const child = install('pipe')
  const said = text(child.stderr ?? Readable.from([]))
  expect(await exitOf(child)).toBe(1)
  expect(await said).toContain('This is Node v22.17.1, and')
})

it('installs once, and not again', async () => {
  expect(await exitOf(install())).toBe(0)
  expect(await exitOf(install())).toBe(0)
  expect(calls()).toBe(1)
})

it('installs at once after an interruption, whose npm has still to end', async () => {
  const cut = await begun()
  process.kill(-(cut.pid ?? 0), 'SIGINT')
  const again = install()
  expect(await exitOf(again)).toBe(0)
  expect(await exitOf(cut)).not.toBe(0)
  expect(calls()).toBe(2)
  expect(existsSync(at('.installing'))).toBe(false)
})

it('installs after one that was killed, once its npm has ended', async () => {
  const cut = await begun()
  cut.kill('SIGKILL')
  expect(await exitOf(install())).toBe(0)
  expect(existsSync(at('busy'))).toBe(false)
})

it('installs once where two commands are started together', async () => {
  expect(await Promise.all([install(), install(), install()].map(exitOf))).toEqual([0, 0, 0])
  expect(calls()).toBe(1)
})
