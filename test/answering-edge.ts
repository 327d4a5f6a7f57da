import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TestProject } from 'vitest/node'

/** What an address answers: a page, nothing for ever, or, where it is not among the answers, a broken connection. */
export type Answer = { type?: string; body?: string; policy?: string } | 'hangs'

export interface Asked {
  method: string
  path: string
  referrer: string | undefined
}

declare module 'vitest' {
  interface ProvidedContext {
    /** An edge on another site than the tests' page, which answers as a test tells it at `/of-the-test/answers`. */
    answeringEdge: string
  }
}

const ADDRESS = '127.0.0.2'

/** Serves the edge while the tests of a project run. Files that use it must not run beside each other. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let answers: Record<string, Answer> = {}
  let asked: Asked[] = []
  let onAsked = () => {}
  const hanging = new Set<ServerResponse>()

  const server = createServer(async (request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*')
    // A browser asks again by itself where a connection breaks that it had used before.
    response.setHeader('Connection', 'close')
    const { pathname, searchParams } = new URL(request.url ?? '', `http://${ADDRESS}`)
    if (pathname === '/of-the-test/given') {
      // What the address itself says: tests that run beside each other may ask.
      const { status, ...headers } = Object.fromEntries(searchParams)
      const { body = '', ...rest } = headers
      response.writeHead(Number(status ?? 200), rest).end(body)
    } else if (pathname === '/of-the-test/answers') {
      answers = JSON.parse(await text(request))
      asked = []
      for (const held of hanging) held.destroy()
      response.end()
    } else if (pathname === '/of-the-test/asked') {
      // Waits until there have been so many.
      while (asked.length < Number(searchParams.get('least') ?? 0))
        await new Promise<void>((resolve) => {
          onAsked = resolve
        })
      response.end(JSON.stringify(asked))
    } else {
      asked.push(askedBy(request))
      onAsked()
      const answer = answers[pathname]
      if (answer === undefined) request.socket.resetAndDestroy()
      else if (answer === 'hangs') hanging.add(response.on('close', () => hanging.delete(response)))
      else give(response, answer)
    }
  })
  provide('answeringEdge', `http://${ADDRESS}:${await listening(server)}`)
  return async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}

/** Listens on a port of four digits: a test appends a fifth, and so makes a look-alike of the origin. */
async function listening(server: Server): Promise<number> {
  for (let port = 4600; ; port++) {
    try {
      server.listen(port, ADDRESS)
      await once(server, 'listening')
      return port
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
}

function askedBy({ method = '', url = '', headers }: IncomingMessage): Asked {
  return { method, path: url, referrer: headers.referer }
}

function give(response: ServerResponse, { type = 'text/html', body = '', policy }: Exclude<Answer, 'hangs'>) {
  response.setHeader('Content-Type', type)
  if (policy) response.setHeader('Content-Security-Policy', policy)
  response.end(body)
}
