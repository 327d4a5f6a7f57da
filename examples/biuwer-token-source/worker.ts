import * as biuwer from './biuwer.ts'
import { tokenSource } from './token-source.ts'

/** The token source as a Worker. The edge calls it through a service binding; it has no address of its own. */
export default {
  async fetch(request: Request): Promise<Response> {
    const answer = tokenSource(process.env.BIUWER_TOKEN_SOURCE_SECRET, biuwer)
    const { status, json } = await answer(Object.fromEntries(request.headers), await request.text())
    return json ? Response.json(json, { status }) : new Response(null, { status })
  },
}
