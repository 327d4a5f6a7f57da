import type { Failure } from '../failures.ts'
import { edgeOrigin } from './edge-origin.ts'
import { shareOrigin } from './manual-frame.ts'

/** Of the frame that the attributes ask for: the edge's or, in manual mode, the instance's. */
export function frameOrigin(edge: string | null, instance: string | null): string | Failure {
  if (typeof instance !== 'string')
    return edgeOrigin(edge) ?? mistake('edge must be an https origin, or http on localhost')
  // One of the two: whoever names an edge does not mean to put Biuwer's secret into the page.
  const origin = edge ? undefined : shareOrigin(instance)
  return (
    origin ?? mistake('instance must be a bare name as in NAME.biuwer.com, and edge must not be set with it')
  )
}

function mistake(detail: string): Failure {
  return { code: 'invalid_request', detail }
}
