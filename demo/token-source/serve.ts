import { once } from 'node:events'
import { tokenSourceServer } from '../../examples/biuwer-token-source/server.ts'
import { close } from '../run/listening.ts'
import { biuwerOf, type StandInAccess, StandInApi } from './stand-in-api.ts'

export interface TokenSourceOptions extends StandInAccess {
  port: number
  /** What the edge signs its requests with. */
  secret: string
}

export interface RunningTokenSource {
  origin: string
  stop(): Promise<void>
}

/** The example's server in Node, filled in for the stand-in. */
export async function startTokenSource({
  port,
  secret,
  ...access
}: TokenSourceOptions): Promise<RunningTokenSource> {
  const server = tokenSourceServer(secret, biuwerOf(new StandInApi(access)))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () => close(server),
  }
}
