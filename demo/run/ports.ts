import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'

/**
 * The loopback addresses of this machine. A browser may resolve `localhost` to either, so a port is free only if it is
 * free on all of them.
 */
export function loopbackAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return ['127.0.0.1', ...(addresses.some(({ address }) => address === '::1') ? ['::1'] : [])]
}

/** `wanted`, or the next port above it that is free and not among `taken`. */
export async function freePort(
  wanted: number,
  taken: readonly number[] = [],
  addresses?: readonly string[],
): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) {
    if (!taken.includes(port) && (await isFree(port, addresses))) return port
  }
  throw new Error(`no free port from ${wanted} to ${wanted + 99}`)
}

/** Whether nobody listens on this port of the addresses, by default the loopback ones. */
export async function isFree(
  port: number,
  addresses: readonly string[] = loopbackAddresses(),
): Promise<boolean> {
  for (const address of addresses) {
    const probe = createServer()
    try {
      probe.listen(port, address)
      await once(probe, 'listening')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
      throw error
    }
    probe.close()
    await once(probe, 'close')
  }
  return true
}
