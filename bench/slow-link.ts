import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Round trips before a new connection can send its first request: one of TCP, one of TLS 1.3. */
const HANDSHAKE = 2

export interface SlowLink {
  port: number
  /** Sets the time of a round trip from now on, in milliseconds. */
  setRoundTrip(ms: number): void
  stop(): Promise<void>
}

/** Makes a local port seem far away: data takes half a round trip, and a new connection a handshake before. */
export async function slowLink(target: number): Promise<SlowLink> {
  let roundTrip = 0
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const carry = (from: Socket, to: Socket, opened: Promise<void>) => {
      let sent = Promise.resolve()
      from.on('data', (chunk) => {
        const arrived = opened.then(() => delay(roundTrip / 2))
        // Chunks are written in the order in which they arrived.
        sent = Promise.all([sent, arrived]).then(() => void to.write(chunk))
      })
      from.on('close', () => to.destroy())
      from.on('error', () => to.destroy())
      sockets.add(from.setNoDelay(true))
    }
    carry(near, far, delay(HANDSHAKE * roundTrip))
    carry(far, near, Promise.resolve())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('the link has no port')
  return {
    port: address.port,
    setRoundTrip: (ms) => {
      roundTrip = ms
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
