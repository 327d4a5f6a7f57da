import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LocalEdgeAddresses } from '../../cli/deployment/local-edge.ts'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import manifest from '../../package.json' with { type: 'json' }
import { reservePort } from '../e2e/reserved-ports.ts'
import { ended } from './own-folder.ts'

/** The commands of the repository itself, in a folder that leaves its state and its settings alone. */

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Where nothing can be reached. */
const OFFLINE = { CLOUDFLARE_API_BASE_URL: 'http://localhost:1', HTTPS_PROXY: 'http://localhost:1' }

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-repository-'))
  const parts = ['worker', 'dist', 'node_modules', 'package.json', 'tsconfig.base.json']
  await Promise.all(parts.map((part) => symlink(join(root, part), join(folder, part))))
})
afterAll(() => rm(folder, { recursive: true }))

async function writeSettings(change: (toml: string) => string = (toml) => toml): Promise<void> {
  await writeFile(join(folder, 'wrangler.toml'), change(await readFile(join(root, 'wrangler.toml'), 'utf8')))
}

/** What an npm script does once everything is built. */
function built(script: 'dev' | 'deploy'): string[] {
  const [, , line = ''] = /^(.* && )node (.*)$/.exec(manifest.scripts[script]) ?? []
  return line.split(' ')
}

it('shows dashboards of a stand-in for Biuwer: npm run dev', async () => {
  await writeSettings()
  const port = await reservePort()
  const child: ChildProcess = spawn(process.execPath, [...built('dev'), '--json', '--port', `${port.port}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    if (!child.stdout) throw new Error('stdout is piped')
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const { edge, key, origins, biuwer, user = '', resources }: LocalEdgeAddresses = JSON.parse(line)
    expect([origins, new URL(biuwer).hostname, Object.keys(resources ?? {})]).toEqual([
      '*',
      '127.0.0.1',
      ['page', 'card', 'collection'],
    ])
    const backend = new BiuwerEdge({ edge, adminKey: key })
    expect((await backend.keys.current()).role).toBe('issuer')
    expect((await backend.tokens.create({ user })).token).toMatch(/^ey/)
    expect((await fetch(`${biuwer}/share`)).ok).toBe(true)
  } finally {
    const gone = once(child, 'exit')
    child.kill()
    await gone
    await port.release()
  }
})

const deploy = () =>
  ended(process.execPath, [...built('deploy'), '--dry-run'], folder, {
    ...OFFLINE,
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  })

it('tries a deployment without an account: npm run deploy -- --dry-run', async () => {
  await writeSettings()
  const { exit, stderr } = await deploy()
  expect([exit, stderr]).toEqual([0, expect.stringContaining('TOKEN_REGISTRY')])
})

it('begins no deployment with a wildcard at a public suffix', async () => {
  await writeSettings((toml) =>
    toml.replace(/^ALLOWED_ORIGINS = .*$/m, 'ALLOWED_ORIGINS = "https://*.pages.dev"'),
  )
  const { exit, stdout, stderr } = await deploy()
  expect([exit, stdout, stderr]).toEqual([2, '', expect.stringContaining('public suffix')])
})
