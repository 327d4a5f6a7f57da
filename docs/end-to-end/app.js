import { createServer } from 'node:http'
import { BiuwerEdge } from 'biuwer-embed/server'

/** A small host application: one page, and a backend that gives tokens to whoever is signed in. */
export async function startApp({ edge, key, port = 0 }) {
  const { tokens } = new BiuwerEdge({ edge, adminKey: key })
  const page = `<!doctype html><html lang="en"><title>Sales</title>
    <script type="module" src="${edge}/biuwer-embed.js"></script>
    <biuwer-embed resource-id="sales" token-url="/api/biuwer-token"></biuwer-embed>`

  const server = createServer(async (request, response) => {
    if (request.url !== '/api/biuwer-token') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8').end(page)
      return
    }
    const user = /(?:^|; )user=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
    response.setHeader('Cache-Control', 'no-store').setHeader('Content-Type', 'application/json')
    if (!user) {
      response.writeHead(401).end('{}')
      return
    }
    const { token } = await tokens.create({ user, resources: ['sales'], refresh: 'single-use' })
    response.end(JSON.stringify({ token }))
  })
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${server.address().port}`,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
