import type { Health } from './api-types.ts'
import { originOf } from './origin.ts'
import { type CallOptions, Transport } from './transport.ts'

/**
 * Whether an edge runs and has all its settings: `misconfigured` names what it lacks. Needs no key.
 * @example
 * const { version } = await checkHealth('https://embed.example.com')
 */
export function checkHealth(edge: string | URL, options?: CallOptions): Promise<Health> {
  return new Transport(originOf(edge)).call({ method: 'GET', path: ['healthz'] }, options)
}
