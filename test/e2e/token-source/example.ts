import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createTestHarness } from 'wrangler'
import { reservePort } from '../reserved-ports.ts'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** `biuwer.ts` for the stand-in's API: as the demo has it, in the example's folder. */
const FOR_THE_STAND_IN = `
${readFileSync(join(ROOT, 'demo/token-source/stand-in-api.ts'), 'utf8')
  .replace('../../examples/biuwer-token-source/', './')
  .replace('../biuwer/', join(ROOT, 'demo/biuwer/'))}
const { BIUWER_ORIGIN: biuwer = '', BIUWER_API_KEY: apiKey = '' } = process.env
const storeOf = (user: string) => new Map([1, 2, 3].map((n) => [\`store-\${n}\`, \`Store \${n}\`])).get(user)
export const { createBiuwerToken, deleteBiuwerToken } = biuwerOf(new StandInApi({ biuwer, apiKey, storeOf }))
`

export interface RunningExample {
  url: string
  /** What it has written so far. */
  log(): string
  stop(): Promise<void>
}

type Environment = Record<string, string>

/** How the example runs in a folder. */
export type Way = (folder: string, environment: Environment) => Promise<RunningExample>

/** A folder with the example, as a customer has it: filled in for the stand-in, or as it comes. */
export function copyOfExample(how: 'filled in' | 'as it comes'): string {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-token-source-'))
  cpSync(join(ROOT, 'examples/biuwer-token-source'), folder, { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  if (how === 'filled in') writeFileSync(join(folder, 'biuwer.ts'), FOR_THE_STAND_IN)
  return folder
}

/** Runs a copy of the example. */
export async function startExample(
  way: Way,
  how: 'filled in' | 'as it comes',
  environment: Environment,
): Promise<RunningExample> {
  const folder = copyOfExample(how)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const { stop, ...running } = await way(folder, environment)
    return { ...running, stop: () => stop().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

export const asWorker: Way = async (folder, secrets) => {
  const harness = createTestHarness({
    root: folder,
    workers: [{ configPath: join(folder, 'wrangler.toml'), secrets }],
  })
  const { url } = await harness.listen()
  return {
    url: url.href,
    log: () => JSON.stringify(harness.getLogs()),
    stop: () => harness.close(),
  }
}

export const asServer: Way = async (folder, environment) => {
  const { port, release } = await reservePort()
  const child = spawn(process.execPath, ['server.ts'], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: `${port}`, ...environment },
  })
  const lines: string[] = []
  const ended = once(child, 'exit')
  const listening = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        if (line.includes('answers at')) resolve()
      })
    child.on('close', () => reject(new Error(`the server ended: ${lines.join('\n')}`)))
  })
  const stop = async () => {
    child.kill()
    await ended
    await release()
  }
  try {
    await listening
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `http://127.0.0.1:${port}/`, log: () => lines.join('\n'), stop }
}
