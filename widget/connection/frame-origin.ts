import type { Failure } from '../failures.ts'
import { edgeOrigin } from './edge-origin.ts'
import { shareOrigin } from './manual-frame.ts'

/** Returns the origin that the attributes ask for, the edge's or in manual mode Biuwer's, or what is wrong with them. */
export function frameOrigin(edge: string | null, instance: string | null): string | Failure {
  if (typeof instance !== 'string')
    return edgeOrigin(edge) ?? mistake('edge must be an https origin, or http on localhost')
  // One of the two: a page that names an edge does not mean to hold Biuwer's secret.
  const origin = edge ? undefined : shareOrigin(instance)
  return (
    origin ?? mistake('instance must be a bare name as in NAME.biuwer.com, and edge must not be set with it')
  )
}

function mistake(detail: string): Failure {
  return { code: 'invalid_request', detail }
}
