import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { BiuwerEdge } from 'biuwer-embed/server'

const { BIUWER_EDGE, BIUWER_EDGE_KEY, PORT = 3000 } = process.env
const { tokens } = new BiuwerEdge({ edge: BIUWER_EDGE, adminKey: BIUWER_EDGE_KEY })
const record = await tokens.create({ user: 'store-1', refresh: 'single-use' }, { idempotencyKey: 'page' })

createServer(async ({ url }, response) => {
  if (url !== '/api/biuwer-token') return response.end(readFileSync('index.html'))
  const { token } = await tokens.refresh(record.id)
  response.setHeader('Cache-Control', 'no-store').end(JSON.stringify({ token }))
}).listen(PORT, 'localhost')
