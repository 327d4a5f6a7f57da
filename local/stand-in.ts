import { shipped } from '../cli/shipped.ts'
import { biuwerApp } from '../demo/biuwer/app.ts'
import { sharedWith } from '../demo/biuwer/catalogue.ts'
import { StandInTokens } from '../demo/biuwer/tokens.ts'
import { type Listening, listen } from '../demo/run/listening.ts'

/** Starts the stand-in for Biuwer with the demo's resources, and one user. */
export async function startStandIn(port: number, store: string, token: string): Promise<Listening> {
  const tokens = new StandInTokens()
  tokens.add({ store, token, from: 0, to: null, reference: null })
  const file = (name: string) => shipped(`testing/edge/biuwer/${name}`)
  const files = { page: file('share.html'), style: file('share.css'), script: file('share.js') }
  return listen(biuwerApp(files, tokens, sharedWith).fetch, port, ['127.0.0.1'])
}
