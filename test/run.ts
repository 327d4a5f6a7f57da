import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * Runs projects of the tests in several processes at once: tests in browsers wait for most of their time. Each argument is a
 * process, with its projects separated by commas. Ends with the plain lines of all: `failed: …` for each failure, and
 * `N passed, N failed`.
 *
 * @example node test/run.ts policy,worker e2e
 */
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const runs = process.argv.slice(2)
const width = Math.max(...runs.map((run) => firstOf(run).length))

interface Counts {
  passed: number
  failed: number
}

/** The lines that name failures. */
const failures: string[] = []
const counts = await Promise.all(runs.map(runProjects))
const passed = counts.reduce((sum, run) => sum + run.passed, 0)
const failed = counts.reduce((sum, run) => sum + run.failed, 0)
for (const line of failures) console.log(line)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** The project that names a process. */
function firstOf(run: string): string {
  return run.split(',')[0] ?? run
}

/** Runs the projects of one process, and tells each line of it behind its name. */
async function runProjects(run: string): Promise<Counts> {
  const name = firstOf(run).padEnd(width)
  const projects = run.split(',').flatMap((project) => ['--project', project])
  const child = spawn(process.execPath, [vitest, 'run', ...projects], { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () => child.kill()
  process.on('SIGTERM', stop)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let counted: Counts | undefined
  for (const output of [child.stdout, child.stderr])
    createInterface({ input: output }).on('line', (line) => {
      const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? []
      if (passed && failed) counted = { passed: Number(passed), failed: Number(failed) }
      else if (line.startsWith('failed: ')) failures.push(line)
      else console.log(`${name} ${line}`)
    })
  const exit = await ended
  process.off('SIGTERM', stop)
  const { passed, failed } = counted ?? { passed: 0, failed: 0 }
  // A process that failed and counts no failed test counts as one.
  return { passed, failed: exit === 0 ? failed : Math.max(failed, 1) }
}
