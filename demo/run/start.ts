import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RESOURCES } from '../biuwer/resources.ts'
import { startBiuwer } from '../biuwer/serve.ts'
import { storeIdOf } from '../host/readers.ts'
import { startHost } from '../host/serve.ts'
import { startTokenSource } from '../token-source/serve.ts'
import { fireCronOf } from './cron.ts'
import { startEdge } from './edge.ts'
import { freePort } from './ports.ts'
import { ensureSecretFiles } from './secrets.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The parts to stop at the end, in the order in which they started. */
const started: { stop(): Promise<void> }[] = []

/** Aborted by a signal of the system, or with the error of a part that ended by itself. */
const end = new AbortController()
const asked = Symbol('asked to end')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!end.signal.aborted) say('Stopping')
    end.abort(asked)
  })
}
process.on('uncaughtException', (error) => end.abort(error))

try {
  await start()
  if (!end.signal.aborted) await once(end.signal, 'abort')
  end.signal.throwIfAborted()
} catch (error) {
  // Errors that the abort itself caused are not the reason for it.
  const reason = end.signal.aborted ? end.signal.reason : error
  if (reason !== asked) {
    console.error(reason instanceof Error ? reason.message : reason)
    process.exitCode = 1
  }
} finally {
  for (const part of started.reverse()) await part.stop()
}
process.exit()

async function start(): Promise<void> {
  const ports = {
    edge: await portFor('The edge', 8787, []),
    host: 0,
    biuwer: 0,
    tokenSource: 0,
  }
  ports.host = await portFor('The back office', 8790, Object.values(ports))
  ports.biuwer = await portFor('The stand-in for Biuwer', 8788, Object.values(ports))
  ports.tokenSource = await portFor('The token source', 8789, Object.values(ports))

  const { host, tokenSource, edgeFile, done } = ensureSecretFiles(ROOT)
  for (const line of done) say(`Secrets: ${line}`)
  say(
    'The demo has settings of its own, in demo/.edge.env: those of .dev.vars and wrangler.toml count for npm run dev',
  )
  const users = [
    { id: 'store-1', name: 'Store 1', biuwerToken: host.DEMO_BIUWER_TOKEN_STORE_1 },
    { id: 'store-2', name: 'Store 2', biuwerToken: host.DEMO_BIUWER_TOKEN_STORE_2 },
  ]

  say('Building what the edge serves')
  await buildFiles()

  const biuwer = await part(
    startBiuwer({
      port: ports.biuwer,
      users: users.map(({ name, biuwerToken }) => ({ store: name, token: biuwerToken })),
      apiKey: host.DEMO_BIUWER_API_KEY,
    }),
  )
  say(`The stand-in for Biuwer answers at ${biuwer.origin}/share`)

  const source = await part(
    startTokenSource({
      port: ports.tokenSource,
      secret: tokenSource.BIUWER_TOKEN_SOURCE_SECRET,
      biuwer: biuwer.origin,
      apiKey: host.DEMO_BIUWER_API_KEY,
      storeOf: (user) => users.find(({ id }) => id === storeIdOf(user))?.name,
    }),
  )
  say(`The token source, which makes Biuwer tokens for the edge, answers at ${source.origin}`)

  say('Starting the edge in wrangler dev')
  const edge = await part(
    startEdge({
      port: ports.edge,
      persistTo: join(ROOT, '.wrangler', 'demo'),
      envFile: edgeFile,
      vars: {
        BIUWER_INSTANCE: biuwer.origin,
        BIUWER_TOKEN_SOURCE: source.origin,
        ALLOWED_ORIGINS: `http://localhost:${ports.host} http://127.0.0.1:${ports.host}`,
        // Short, so that a revocation can be watched.
        REVOCATION_LEASE: '10',
        SESSION_CHECK: '10',
      },
      onLog: (line) => {
        if (/\berror\b|✘/i.test(line)) console.error(`edge: ${line}`)
      },
      onExit: (reason) => end.abort(new Error(`The edge has gone. ${reason}`)),
      signal: end.signal,
    }),
  )
  say(`The edge answers at ${edge.origin}, its documentation at ${edge.origin}/docs`)
  say(`Its console is at ${edge.origin}/console; the admin key is DEMO_ADMIN_KEY in demo/.env`)

  started.push(fireCronOf(edge.origin, (reason) => console.error(`the edge's cron trigger: ${reason}`)))

  const back = await part(
    startHost({
      port: ports.host,
      edge: edge.origin,
      adminKey: host.DEMO_ADMIN_KEY,
      biuwer: { origin: biuwer.origin, apiKey: host.DEMO_BIUWER_API_KEY },
      signingKey: JSON.parse(host.DEMO_SIGNING_KEY),
      users,
      resources: RESOURCES,
    }),
  )
  say(`The back office has linked ${users.map(({ id }) => id).join(' and ')} at the edge`)
  console.log(`\nOpen ${back.origin}\nCtrl-C ends it.`)
}

async function portFor(what: string, wanted: number, taken: readonly number[]): Promise<number> {
  const port = await freePort(wanted, taken)
  if (port !== wanted) say(`${what} moves to port ${port}: ${wanted} is taken`)
  return port
}

/** Starts a part and remembers that it has to be stopped. */
async function part<Part extends { stop(): Promise<void> }>(starting: Promise<Part>): Promise<Part> {
  const running = await starting
  started.push(running)
  end.signal.throwIfAborted()
  return running
}

async function buildFiles(): Promise<void> {
  const build = spawn(process.execPath, [join(ROOT, 'build', 'all.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    signal: end.signal,
  })
  const [code] = await once(build, 'exit')
  if (code !== 0) throw new Error(`build/all.ts ended with ${code}`)
}

function say(line: string): void {
  console.log(`- ${line}`)
}
