/** The process that runs an edge for a host's tests. It does what the tests' process asks, and ends with it. */
import type { Answer, Call, CallName, Calls } from './calls.ts'
import { RunningEdge } from './running-edge.ts'

let edge: RunningEdge | undefined

const deeds: { [Name in CallName]: (takes: Calls[Name]['takes']) => Promise<Calls[Name]['gives']> } = {
  async start(options) {
    edge = await RunningEdge.start(options)
    return edge.started
  },
  signToken: (token) => running().signToken(token),
  setAhead: (seconds) => running().setAhead(seconds),
  async stop() {
    await edge?.stop()
    return null
  },
}

function running(): RunningEdge {
  if (!edge) throw new Error('the edge has not started')
  return edge
}

process.on('message', async (call: Call) => {
  const answer = await answerTo(call)
  process.send?.(answer)
  if (call.name === 'stop') process.disconnect()
})

async function answerTo({ number, name, takes }: Call): Promise<Answer> {
  try {
    return { number, gives: await (deeds[name] as (takes: unknown) => Promise<unknown>)(takes) }
  } catch (error) {
    return { number, failed: error instanceof Error ? error.message : String(error) }
  }
}

// The tests' process has gone, with or without having said so.
process.on('disconnect', async () => {
  await edge?.stop()
  process.exit()
})
// Ctrl-C in a terminal reaches this process as well. The tests' process decides.
process.on('SIGINT', () => undefined)
