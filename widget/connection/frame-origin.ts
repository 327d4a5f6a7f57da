import type { Failure } from '../failures.ts'
import { edgeOrigin } from './edge-origin.ts'
import { shareOrigin } from './manual-frame.ts'
import { isAllowed } from './receivers.ts'

/**
 * Returns the origin that the attributes ask for, the edge's or in manual mode Biuwer's, or what is wrong with them. `token`
 * is what the page has handed to the tag. Where there is none, the tag would ask for one: for an instance only if that is
 * allowed.
 */
export function frameOrigin(
  edge: string | null,
  instance: string | null,
  token: string | undefined,
): string | Failure {
  if (typeof instance !== 'string') {
    const origin = edgeOrigin(edge)
    if (!origin) return mistake('edge must be an https origin, or http on localhost')
    return isAllowed(origin) ? origin : notAllowed('Edges', origin)
  }
  // One of the two: a page that names an edge does not mean to hold Biuwer's secret.
  const origin = edge ? undefined : shareOrigin(instance)
  if (!origin) return mistake('instance must be a bare name, and edge not set')
  return token || isAllowed(origin) ? origin : notAllowed('Instances', instance)
}

function notAllowed(kind: 'Edges' | 'Instances', receiver: string): Failure {
  return mistake(`a script has to call allow${kind}(['${receiver}'])`)
}

function mistake(detail: string): Failure {
  return { code: 'invalid_request', detail }
}
