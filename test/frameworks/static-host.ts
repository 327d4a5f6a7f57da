import { readFile } from 'node:fs/promises'
import { extname, normalize } from 'node:path'
import { listen } from '../../demo/run/listening.ts'
import type { RunningApp } from './app.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

/** Serves what a framework has built, under the strictest policy that docs/tag.md promises to do with, and gives tokens. */
export async function serveBuilt(
  folder: string,
  edge: string,
  giveToken: () => Promise<string>,
): Promise<RunningApp> {
  const headers = {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      `frame-src ${edge}`,
      "base-uri 'self'",
    ].join('; '),
  }
  const answer = async (request: Request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/api/biuwer-token')
      return Response.json({ token: await giveToken() }, { headers: { 'Cache-Control': 'no-store' } })
    const path = pathname === '/' ? '/index.html' : normalize(pathname)
    const file = await readFile(`${folder}${path}`).catch(() => undefined)
    if (!file) return new Response(null, { status: 404 })
    return new Response(file, { headers: { ...headers, 'Content-Type': TYPES[extname(path)] ?? '' } })
  }
  const { port, stop } = await listen(answer, 0, ['127.0.0.1'])
  return { origin: `http://localhost:${port}`, stop }
}
