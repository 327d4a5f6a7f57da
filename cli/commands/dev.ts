import { once } from 'node:events'
import { isIP } from 'node:net'
import { pathToFileURL } from 'node:url'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { count, example, several } from '../arguments.ts'
import { contextOf } from '../context.ts'
import type { LocalEdgeAddresses, StartLocalEdge } from '../deployment/local-edge.ts'
import { ownFolder, wranglerOf } from '../deployment/own-folder.ts'
import { settingProblems } from '../deployment/settings.ts'
import { EXIT, Failure, told, wrongUsage } from '../failures.ts'
import { shippedPath } from '../shipped.ts'
import { printError } from '../terminal.ts'

const PORT = 8787

const OPEN = `Warning: the edge listens beyond this machine. Whoever reaches its port can ask for dashboards and try keys, over plain
http, where keys can be read on the way. Use it on a network that you trust, and end it afterwards.`

export function dev(): CommandUnknownOpts {
  return new Command('dev')
    .description(
      'run the edge of this folder on this machine, with a stand-in for Biuwer and sample dashboards',
    )
    .option('--origin <origin>', 'an origin of your pages; several times (default: any)', several)
    .option(
      '--port <port>',
      `the port of the edge (default: ${PORT}, or the next that is free)`,
      count('--port'),
    )
    .option(
      '--host <address>',
      'where the edge listens: 0.0.0.0 for backends in containers (default: 127.0.0.1)',
    )
    .addHelpText(
      'after',
      `
Settings are those of wrangler.toml, and above them those of .dev.vars. What the edge stores is kept in .wrangler, and so are the
keys: delete that folder to begin anew. Ctrl-C ends it.
${example('dev', 'dev --origin http://localhost:3000', 'dev --host 0.0.0.0')}`,
    )
    .action(async ({ origin: origins = null, host = null, port }, command) => {
      const { out } = contextOf(command)
      if (port !== undefined && port > 65_535) throw wrongUsage('--port takes a number from 1 to 65535.')
      if (host !== null && isIP(host) === 0) throw wrongUsage('--host takes an IP address, such as 0.0.0.0.')
      const folder = await ownFolder()
      const { program: wrangler } = wranglerOf(folder)
      if (origins) await checkOrigins(origins)
      const end = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end.abort())
      const { startLocalEdge } = (await import(pathToFileURL(shippedPath('local/edge.js')).href)) as {
        startLocalEdge: StartLocalEdge
      }
      const edge = await startLocalEdge(
        {
          folder: folder.path,
          wrangler,
          host,
          port: port ?? PORT,
          isFixed: port !== undefined,
          origins,
          say: (line) => out.note(line),
        },
        end.signal,
      ).catch((error: unknown) => {
        if (end.signal.aborted) return undefined
        throw error instanceof Failure ? error : fault('The edge did not start', 'not_started', error)
      })
      if (!edge) return
      try {
        if (host !== null) printError(OPEN)
        out.object(edge.told)
        out.note(forBackends(edge.told))
        const reason = await Promise.race([edge.ended, aborted(end.signal)])
        if (reason !== undefined) throw fault('The edge has ended', 'ended', reason)
      } finally {
        await edge.stop()
      }
    })
}

async function checkOrigins(origins: readonly string[]): Promise<void> {
  const problem = (await settingProblems({ ALLOWED_ORIGINS: origins.join(' ') })).find(
    ({ path }) => path === 'ALLOWED_ORIGINS',
  )
  if (problem) throw wrongUsage(`--origin: ${problem.message}.`)
}

async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, 'abort')
}

function fault(title: string, code: string, reason: unknown): Failure {
  const text = reason instanceof Error ? reason.message : String(reason)
  return new Failure(EXIT.fault, { title, code, ...told(text) })
}

function forBackends({ edge, key }: LocalEdgeAddresses): string {
  return `
For your backend:
  BIUWER_EDGE=${edge}
  BIUWER_EDGE_KEY=${key}
Ctrl-C ends it.`
}
