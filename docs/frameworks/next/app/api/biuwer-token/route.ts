import { BiuwerEdge } from 'biuwer-embed/server'

const { tokens } = new BiuwerEdge({
  edge: process.env.BIUWER_EDGE,
  adminKey: process.env.BIUWER_EDGE_KEY,
})

/** The id of the token record of whoever is signed in: your own session says who that is. */
function recordOfVisitor(): string | undefined {
  return process.env.BIUWER_RECORD
}

export async function GET() {
  const record = recordOfVisitor()
  if (!record) return new Response(null, { status: 401 })
  const { token } = await tokens.refresh(record)
  return Response.json({ token }, { headers: { 'Cache-Control': 'no-store' } })
}
