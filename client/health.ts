import type { Health } from './api-types.ts'
import { type EdgeAddress, originOf } from './origin.ts'
import { type CallOptions, Transport } from './transport.ts'

export type HealthOptions = CallOptions & Pick<EdgeAddress, 'httpOnPrivateNetwork'>

/**
 * Whether an edge runs and has all its settings: `misconfigured` names what it lacks. Needs no key.
 * @example
 * const { version } = await checkHealth('https://embed.example.com')
 */
export function checkHealth(
  edge: string | URL | undefined,
  { httpOnPrivateNetwork = false, ...options }: HealthOptions = {},
): Promise<Health> {
  const transport = new Transport(() => ({ edge: originOf({ edge, httpOnPrivateNetwork }) }))
  return transport.call({ method: 'GET', path: ['healthz'] }, options)
}
