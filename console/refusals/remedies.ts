import type { Refusal, TokenRecord } from '../../client/api-types.ts'
import { isListed } from '../../worker/policy/origins.ts'
import type { Words } from '../messages/words.ts'
import { href } from '../route.ts'

export type Remedies = Words['refusals']['remedies']

/** What a person can do about a refusal: in a dialog here, or on another page. */
export type Remedy =
  | { name: 'link' | 'addBiuwerToken'; user: string }
  | { name: 'addResource' | 'addWebsite'; record: TokenRecord }
  | { name: 'record' | 'newRecord' | 'user' | 'signer'; to: string }

/** What is known of a refusal. */
export type Facts = Pick<Refusal, 'code' | 'signer' | 'user' | 'resource' | 'origin'>

/**
 * What helps against a refusal, the likeliest first.
 * @param record as it stands now; undefined: a host has signed the token, or the record can't be read
 * @param allowed the origins that may show dashboards at all; null: any
 */
export function remediesFor(
  { code, signer, user, resource, origin }: Facts,
  record: TokenRecord | undefined,
  allowed: readonly string[] | null,
): Remedy[] {
  const toSigner: Remedy[] = signer === null ? [] : [{ name: 'signer', to: href(['signers', signer]) }]
  const toRecord: Remedy[] = record ? [{ name: 'record', to: href(['tokens', record.id]) }] : []
  const another: Remedy[] = record
    ? [{ name: 'newRecord', to: href(['new-token'], { user: record.user }) }]
    : []
  const hasEnded = record?.status === 'revoked' || record?.status === 'expired'
  switch (code) {
    case 'user_not_linked':
      return user === null ? toSigner : [{ name: 'link', user }, ...toSigner]
    case 'biuwer_token_expired':
    case 'biuwer_token_not_yet_valid':
      return user === null
        ? []
        : [
            { name: 'addBiuwerToken', user },
            { name: 'user', to: href(['users', user]) },
          ]
    case 'biuwer_unavailable':
      return user === null ? [] : [{ name: 'user', to: href(['users', user]) }]
    case 'resource_not_allowed':
      if (!record) return toSigner
      if (hasEnded) return another
      // A record that opens it by now gave out the token before.
      return !record.resources || record.resources.includes(resource)
        ? toRecord
        : [{ name: 'addResource', record }, ...toRecord]
    case 'origin_not_allowed':
      if (!record) return toSigner
      if (hasEnded) return another
      if (origin === null || !isAllowedHere(origin, allowed)) return []
      return !record.origins || isListed(origin, record.origins)
        ? toRecord
        : [{ name: 'addWebsite', record }, ...toRecord]
    case 'token_not_yet_valid':
    case 'token_expired':
    case 'token_revoked':
      if (!record) return toSigner
      return hasEnded ? another : toRecord
    case 'token_spent':
    case 'token_invalid':
      return [...toRecord, ...toSigner]
    case 'frame_exposed':
      return []
  }
}

/** Whether the settings let a website show dashboards. */
export function isAllowedHere(origin: string, allowed: readonly string[] | null): boolean {
  return allowed === null || isListed(origin, allowed)
}
