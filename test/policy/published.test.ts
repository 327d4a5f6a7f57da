import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

// Each step is a process of its own.
vi.setConfig({ testTimeout: 30_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))
/** A repository of its own, with what the build of the tag left in `dist/cdn`. */
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'biuwer-published-'))
  for (const path of ['build/published.ts', 'build/product.ts']) cpSync(join(root, path), join(folder, path))
  mkdirSync(join(folder, 'published'))
  writeFileSync(join(folder, 'published/SHA256SUMS'), '')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Does what the build does before it comes to the published versions: it begins with an empty folder. */
function build(version: string, tag: string): void {
  rmSync(join(folder, 'dist'), { recursive: true, force: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version, type: 'module' }))
  mkdirSync(join(folder, `dist/cdn/v${version}`), { recursive: true })
  writeFileSync(join(folder, `dist/cdn/v${version}/biuwer-embed.js`), tag)
  writeFileSync(join(folder, `dist/cdn/v${version}/integrity.json`), JSON.stringify({ of: tag }))
}

/** Runs the step of the build, or with `keep` that of a release. Throws with what it printed. */
function published(...args: string[]): void {
  execFileSync(process.execPath, [join(folder, 'build/published.ts'), ...args], {
    stdio: 'pipe',
    encoding: 'utf8',
  })
}

const served = (path: string) => readFileSync(join(folder, 'dist/cdn', path), 'utf8')

test('a published version that a build would change fails the build, which says to raise the version', () => {
  build('1.0.0', 'first')
  published('keep')
  build('1.0.0', 'first')
  published()
  build('1.0.0', 'changed')
  expect(() => published()).toThrow(
    /1\.0\.0 was published.*v1\.0\.0\/biuwer-embed\.js.*integrity\.json.*Raise the version/,
  )
  expect(() => published('keep')).toThrow('Raise the version')
})

test('earlier versions stay served, byte for byte, with their hashes', () => {
  for (const [version, tag] of [
    ['1.0.0', 'first'],
    ['1.1.0', 'second'],
  ] as const) {
    build(version, tag)
    published('keep')
  }
  build('2.0.0', 'third')
  published()
  expect(['v1.0.0', 'v1.1.0', 'v2.0.0'].map((version) => served(`${version}/biuwer-embed.js`))).toEqual([
    'first',
    'second',
    'third',
  ])
  expect(served('v1.0.0/integrity.json')).toBe('{"of":"first"}')
  expect(existsSync(join(folder, 'dist/cdn/SHA256SUMS'))).toBe(false)
  expect(() =>
    execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: join(folder, 'published') }),
  ).not.toThrow()
})

test.each<[string, (path: string) => void]>([
  ['changed', (path) => writeFileSync(path, 'other')],
  ['removed', (path) => rmSync(path)],
  ['joined by another', (path) => writeFileSync(`${path}.map`, '')],
])('a published file that was %s fails every later build', (_, change) => {
  build('1.0.0', 'first')
  published('keep')
  change(join(folder, 'published/v1.0.0/biuwer-embed.js'))
  build('2.0.0', 'second')
  expect(() => published()).toThrow(/Restore v1\.0\.0\/biuwer-embed\.js/)
})
