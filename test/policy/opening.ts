import type { Claims } from '../../worker/policy/issue.ts'
import type { TokenRecord } from '../../worker/policy/record.ts'
import type { Standing } from '../../worker/policy/standing.ts'

/** A token, the registry's word about its record, and what is asked: an opening that nothing stands against. */

export const ask = { resource: 'page_1', origin: 'https://app.example.com' }

export const rules = {
  allowedOrigins: ['https://app.example.com', 'https://other.example.com'],
  edgeOrigin: 'https://edge.example.com',
}

export const claims: Claims = {
  sub: 'tok_1',
  gen: 2,
  rev: 3,
  refresh: 'none',
  iat: 1000,
  nbf: 1000,
  exp: 2000,
  jti: 'j',
}

export const standing: Standing = {
  revokedAt: null,
  revision: 3,
  resources: null,
  origins: null,
  generation: 2,
  generationEnds: {},
  to: null,
  biuwerTokens: [{ id: 'bwt_l', from: 0, to: null }],
}

/** The standing of a record whose user is linked and whose earlier generations have ended. */
export function standingOf(record: TokenRecord, changes: Partial<Standing> = {}): Standing {
  const { revokedAt, revision, resources, origins, generation, to } = record
  return {
    revokedAt,
    revision,
    resources,
    origins,
    generation,
    to,
    generationEnds: {},
    biuwerTokens: [{ id: 'bwt_l', from: 0, to: null }],
    ...changes,
  }
}
