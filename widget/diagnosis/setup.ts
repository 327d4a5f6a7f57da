import { shareOrigin } from '../connection/manual-frame.ts'
import { originOf } from './findings.ts'
import { FINE, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** Judges whether the page's author has set what the tag needs. */
export function setup({ edge, instance, resource, source, tokenUrl, token, error }: Subject): Verdict {
  const mistakes: string[] = []
  if (!resource) mistakes.push('Set resource-id.')
  else if (!/^[\w-]{1,128}$/.test(resource)) mistakes.push('resource-id is malformed.')
  if (instance === null && !edge) mistakes.push('Set edge to an https origin, or call allowEdges.')
  if (instance !== null && !shareOrigin(instance)) mistakes.push('instance is a bare name, as acme.')
  if (!source && !token) mistakes.push('Set token-url, tokenProvider or token.')
  if (tokenUrl && !originOf(tokenUrl)) mistakes.push('token-url is malformed.')
  if (error?.code === 'invalid_request' && mistakes.length === 0)
    mistakes.push('Refused: see the error’s message.')
  return mistakes.length > 0 ? [false, mistakes.join(' ')] : FINE
}
