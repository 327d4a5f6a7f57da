/**
 * Runs a host's backend on the built package, in the runtime that the arguments start, at a real edge:
 * `npm run test:runtimes -- deno run --allow-net --allow-env`. Without arguments: the Node that runs this.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEdge } from '../../../demo/run/edge.ts'
import { freePort } from '../../../demo/run/ports.ts'
import { asDotenv, makeSecrets } from '../../../demo/run/secrets.ts'

const [command = process.execPath, ...options] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-runtime-'))
const { edge: settings, host } = makeSecrets()
const envFile = join(folder, 'edge.env')
writeFileSync(envFile, asDotenv(settings), { mode: 0o600 })

// The backend stands in a folder of its own, where the package is installed as a host would have it.
const backend = join(folder, 'backend')
cpSync(
  fileURLToPath(new URL('../../../dist/package', import.meta.url)),
  `${backend}/node_modules/biuwer-embed`,
  {
    recursive: true,
  },
)
copyFileSync(fileURLToPath(new URL('backend.js', import.meta.url)), `${backend}/backend.js`)
writeFileSync(`${backend}/package.json`, '{"type": "module", "dependencies": {"biuwer-embed": "*"}}\n')

const edge = await startEdge({
  port: await freePort(18_887),
  persistTo: join(folder, 'state'),
  envFile,
  vars: {},
})
try {
  const child = spawn(command, [...options, 'backend.js'], {
    cwd: backend,
    stdio: 'inherit',
    env: { ...process.env, EDGE: edge.origin, ADMIN_KEY: host.DEMO_ADMIN_KEY },
  })
  const [code] = await once(child, 'exit')
  process.exitCode = code ?? 1
} finally {
  await edge.stop()
  rmSync(folder, { recursive: true, force: true })
}
