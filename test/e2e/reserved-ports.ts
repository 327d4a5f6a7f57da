import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { isFree } from '../../demo/run/ports.ts'

/** The address at which a reservation is held. No test serves anything there. */
const RESERVATIONS = '127.0.0.9'
/** Below the ports that the system gives out by itself, so that no connection takes a reserved one by chance. */
const FIRST = 20_000
const LAST = 29_999

export interface ReservedPort {
  readonly port: number
  release(): Promise<void>
}

/**
 * Reserves a port of the loopback addresses for whoever will listen there. Two runs on one machine never reserve the same
 * port, because only one of them can listen on it at the address of reservations.
 */
export async function reservePort(): Promise<ReservedPort> {
  for (let port = FIRST; port <= LAST; port++) {
    const held = await hold(port)
    if (!held) continue
    const release = async () => {
      held.close()
      await once(held, 'close')
    }
    if (await isFree(port)) return { port, release }
    await release()
  }
  throw new Error(`no port from ${FIRST} to ${LAST} is free`)
}

/** Undefined where another run holds the port. */
async function hold(port: number): Promise<Server | undefined> {
  const server = createServer()
  try {
    server.listen(port, RESERVATIONS)
    await once(server, 'listening')
    return server
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined
    throw error
  }
}
