import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** The port, on 127.0.0.1, of a server; `shut`: who knocks is turned away; `silent`: who knocks gets no answer. */
export type Behind = number | 'shut' | 'silent'

/**
 * One port of several addresses of this machine. Each connection is handed on to the server that stands behind the door
 * at that time, so that browsers keep one origin while tests come and go.
 */
export class Door {
  readonly port: number
  readonly #servers: Server[]
  readonly #sockets = new Set<Socket>()
  /** What is behind. */
  #behind: Behind = 'shut'

  /** Takes a port that is free on all of the addresses. */
  static async open(addresses: readonly string[]): Promise<Door> {
    for (;;) {
      const servers: Server[] = []
      try {
        let port = 0
        for (const address of addresses) {
          const server = createServer().listen(port, address)
          servers.push(server)
          await once(server, 'listening')
          port = (server.address() as AddressInfo).port
        }
        return new Door(servers, port)
      } catch (error) {
        for (const server of servers) server.close()
        // The system gave a port that is free on the first address alone: it gives another one.
        if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
      }
    }
  }

  private constructor(servers: Server[], port: number) {
    this.#servers = servers
    this.port = port
    for (const server of servers) server.on('connection', (socket) => this.#handOn(socket))
  }

  /** Sets what is behind. Connections to what was there before end. */
  leadTo(behind: Behind): void {
    this.#behind = behind
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.leadTo('shut')
    await Promise.all(
      this.#servers.map((server) => {
        server.close()
        return once(server, 'close')
      }),
    )
  }

  #handOn(from: Socket): void {
    if (this.#behind === 'shut') {
      from.destroy()
      return
    }
    if (this.#behind === 'silent') {
      this.#sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => this.#sockets.delete(from))
      return
    }
    const to = connect(this.#behind, '127.0.0.1')
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      this.#sockets.add(socket)
      // A browser that goes away may reset its connections: that is no fault, and `close` follows.
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }
}
