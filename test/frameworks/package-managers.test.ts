import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import repository from '../../package.json' with { type: 'json' }
import type { startEdge, TestEdge } from '../../testing/edge/edge.ts'
import { pack } from '../hosts/packed.ts'

/** The package in an empty application, as each package manager installs it and each way of TypeScript finds its modules. */

const SOURCE = fileURLToPath(new URL('./consumer/backend.ts', import.meta.url))
const { devDependencies: tested } = repository
/** Package managers come from the registry once, and stay for the next run. */
const MANAGERS = join(tmpdir(), 'biuwer-embed-package-managers')
const VERSIONS = { pnpm: '12.4.2', yarn: '1.22.22' }
const PACKAGES = [
  'typescript',
  'react',
  'react-dom',
  '@types/react',
  '@types/react-dom',
  '@types/node',
] as const

const INSTALLERS = [
  ['npm', ['install', '--no-audit', '--no-fund', '--prefer-offline']],
  ['pnpm', ['install', '--prefer-offline']],
  ['yarn', ['install', '--prefer-offline', '--no-lockfile', '--non-interactive']],
] as const

let folder: string
let tarball: string
let edge: TestEdge
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'biuwer-embed-managers-'))
  tarball = pack(folder)
  const built: { startEdge: typeof startEdge } = await import(
    new URL('../../dist/package/testing/edge/index.js', import.meta.url).href
  )
  edge = await built.startEdge({ users: ['store-1'] })
  await mkdir(MANAGERS, { recursive: true })
  await writeFile(join(MANAGERS, 'package.json'), JSON.stringify({ private: true, dependencies: VERSIONS }))
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], MANAGERS)
}, 240_000)
afterAll(async () => {
  await edge?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs a program to its end. Rejects with what it printed. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const PATH = [join(MANAGERS, 'node_modules/.bin'), dirname(process.execPath), process.env.PATH].join(':')
  // What the test runner has set makes other builds; npm keeps the settings of the environment.
  const { NODE_OPTIONS: _, VITEST: _vitest, NODE_ENV: _env, ...rest } = process.env
  const env = { ...rest, PATH, CI: '1', EDGE: edge?.origin, KEY: edge?.key }
  const { stdout } = await promisify(execFile)(program, args, { cwd, env }).catch(({ stdout, stderr }) => {
    throw new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`)
  })
  return stdout
}

/** How TypeScript finds modules, and which kind its own output is of. */
const WAYS = [
  { name: 'nodenext', type: 'module', options: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'CommonJS', type: 'commonjs', options: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'bundler', type: 'module', options: { module: 'esnext', moduleResolution: 'bundler' } },
] as const

describe.each(INSTALLERS)('installed by %s', (manager, args) => {
  let app: string
  beforeAll(async () => {
    app = join(folder, manager)
    await mkdir(app)
    const dependencies = Object.fromEntries(
      PACKAGES.map((name) => [name, tested[name as keyof typeof tested]]),
    )
    const manifest = { name: 'app', version: '1.0.0', private: true }
    await writeFile(
      join(app, 'package.json'),
      JSON.stringify({ ...manifest, dependencies: { ...dependencies, 'biuwer-embed': `file:${tarball}` } }),
    )
    await run(manager, args, app)
  }, 240_000)

  it.each(WAYS)('is typed, and runs: $name', async ({ name, type, options }) => {
    const way = join(app, name)
    await mkdir(way)
    await writeFile(join(way, 'package.json'), JSON.stringify({ type }))
    await cp(SOURCE, join(way, 'backend.ts'))
    const compilerOptions = { ...options, strict: true, target: 'es2023', types: ['node'], jsx: 'react-jsx' }
    await writeFile(join(way, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    await run(process.execPath, [join(app, 'node_modules/typescript/bin/tsc')], way)
    expect(await readFile(join(way, 'backend.js'), 'utf8')).toMatch(
      type === 'module' ? /^import / : /require\(/,
    )
    expect(await run(process.execPath, ['backend.js'], way)).toBe('issuer true\n')
  })

  it('brings the command', async () => {
    const command = join(app, 'node_modules/.bin/biuwer-embed')
    expect(await run(command, ['--version'], app)).toBe(`${repository.version}\n`)
  })
})
