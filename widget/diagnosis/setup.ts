import { shareOrigin } from '../connection/manual-frame.ts'
import { originOf } from './findings.ts'
import { FINE, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** Judges whether the page's author has set what the tag needs. */
export function setup({ edge, instance, resource, source, tokenUrl, token, error }: Subject): Verdict {
  const mistakes = [
    resource ? !/^[\w-]{1,128}$/.test(resource) && 'resource-id is malformed.' : 'Set resource-id.',
    instance === null && !edge && 'Set edge to an https origin, or call allowEdges.',
    instance !== null && !shareOrigin(instance) && 'instance is a bare name, as acme.',
    !source && !token && 'Set token-url, tokenProvider or token.',
    tokenUrl && !originOf(tokenUrl) && 'token-url is malformed.',
  ]
  const told = mistakes.filter(Boolean).join(' ')
  if (told) return [false, told]
  return error?.code === 'invalid_request' ? [false, 'Refused: see the error’s message.'] : FINE
}
