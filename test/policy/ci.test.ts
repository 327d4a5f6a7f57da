import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-ci-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes an `npm` that stands for the repository's commands, and runs what runs them all. */
function runAll(npm: string) {
  writeFileSync(
    join(folder, 'npm'),
    `#!/bin/sh\ncase "$*" in\n${npm}\n*) echo "1 passed, 0 failed" ;;\nesac\n`,
  )
  chmodSync(join(folder, 'npm'), 0o755)
  const path = `${folder}${delimiter}${process.env.PATH}`
  return spawnSync(join(root, '.ci/run'), { encoding: 'utf8', env: { ...process.env, PATH: path } })
}

it('ends with the steps that failed, the tests that failed in each, and the count', () => {
  const { stdout, status } = runAll(`
    test) echo "failed: |policy| a.test.ts > is right"; echo "failed: |worker| b.test.ts > is too"; echo "7 passed, 2 failed"; exit 1 ;;
    'run lint') echo "Found 1 error."; exit 1 ;;`)
  expect(stdout.slice(stdout.indexOf('Failed:')).split('\n')).toEqual([
    'Failed:',
    '  Tests',
    '    |policy| a.test.ts > is right',
    '    |worker| b.test.ts > is too',
    '  Formatting and lint',
    '15 passed, 3 failed',
    '',
  ])
  expect(status).toBe(1)
})

it('ends with the count alone where nothing failed', () => {
  const { stdout, status } = runAll('')
  expect(stdout).not.toContain('Failed')
  expect(stdout).toMatch(/\n10 passed, 0 failed\n$/)
  expect(status).toBe(0)
})

it('names each failed test, whichever process ran it, and each file that did not load', {
  timeout: 30_000,
}, () => {
  const test = (name: string) =>
    `it('is\\n  right', () => {}); describe('${name}', () => it('is wrong', () => { throw new Error() }))`
  writeFileSync(join(folder, 'one.test.ts'), test('the first'))
  writeFileSync(join(folder, 'two.test.ts'), test('the second'))
  writeFileSync(join(folder, 'broken.test.ts'), `throw new Error('It does not load')`)
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `const project = (name, include) => ({ test: { name, include, globals: true } })
    export default { test: { reporters: [${JSON.stringify(join(root, 'test/summary.ts'))}],
      projects: [project('a', ['one.test.ts']), project('b', ['two.test.ts', 'broken.test.ts'])] } }`,
  )
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'test/run.ts'), 'a', 'b'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const lines = stdout.trimEnd().split('\n')
  expect(lines.slice(-4, -1).sort()).toEqual([
    'failed: |a| one.test.ts > the first > is wrong',
    'failed: |b| broken.test.ts',
    'failed: |b| two.test.ts > the second > is wrong',
  ])
  expect(lines.at(-1)).toBe('2 passed, 3 failed')
  expect(status).toBe(1)
})
