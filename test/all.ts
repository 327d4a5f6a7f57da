/**
 * `npm test`: runs the tests in two processes side by side, because a browser needs a core and two cores are common. The core
 * tests of the engines share the addresses of their sites, so they run one after the other in a process of their own. The last
 * line counts the tests of both.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface Ran {
  output: string
  exit: number
}

/** Runs the tests of these projects, and gives `print` what they write as they go. */
async function run(projects: string[], print: (chunk: string) => void): Promise<Ran> {
  const names = projects.flatMap((project) => ['--project', project])
  const child = spawn(process.execPath, [VITEST, 'run', ...names], {
    cwd: ROOT,
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      print(chunk)
    })
  }
  const [code] = await once(child, 'close')
  return { output, exit: code ?? 1 }
}

/** What a run counted. One that failed before it could count counts as one failure. */
function counted({ output, exit }: Ran): { passed: number; failed: number } {
  const [, passed = '0', failed = '0'] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? []
  return { passed: Number(passed), failed: Math.max(Number(failed), exit === 0 ? 0 : 1) }
}

let held = ''
const beside = run(['core*'], (chunk) => {
  held += chunk
})
const first = await run(['policy', 'worker', 'widget', 'e2e'], (chunk) => process.stdout.write(chunk))
const second = await beside
process.stdout.write(held)
const [one, other] = [counted(first), counted(second)]
console.log(`${one.passed + other.passed} passed, ${one.failed + other.failed} failed`)
process.exitCode = first.exit || second.exit
