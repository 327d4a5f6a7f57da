import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'

const PROGRAM = fileURLToPath(new URL('run-until-killed.ts', import.meta.url))

test('a browser leaves no process behind when the tests are killed', async () => {
  // All that the program starts inherits its environment, and is found by it.
  const mark = randomUUID()
  const program = spawn(process.execPath, [PROGRAM, inject('engine')], {
    env: { ...process.env, BROWSER_OF_TEST: mark },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(program.stdout, 'data')
  expect(processesOf(mark).length).toBeGreaterThan(2)
  program.kill('SIGKILL')
  await expect.poll(() => processesOf(mark), { timeout: 10_000 }).toEqual([])
})

/** The numbers of the processes that have this mark in their environment. */
function processesOf(mark: string): string[] {
  return readdirSync('/proc').filter(
    (entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(`BROWSER_OF_TEST=${mark}`),
  )
}

/** Nothing where the process has ended since, or is another user's. */
function environmentOf(process: string): string[] {
  try {
    return readFileSync(`/proc/${process}/environ`, 'utf8').split('\0')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return []
    throw error
  }
}
