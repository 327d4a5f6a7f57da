import * as v from 'valibot'
import { MOST_SIGNER_KEYS, SIGNED_SECONDS } from '../policy/bounds.ts'
import type { AllowedOrigins } from '../policy/origins.ts'
import type { SignerKey } from '../policy/signer.ts'
import { RefusedRequest } from '../refused-request.ts'
import type { SignerChanges } from '../storage/signers.ts'
import { signerKey } from '../tokens/signer-keys.ts'
import { name, userPatterns } from './key-request.ts'
import type { Mistakes } from './mistakes.ts'
import { origins, resources, seconds, withoutArrays } from './request-fields.ts'
import { distinct, originsWithin } from './token-request.ts'

/** A JWK Set (RFC 7517). What else is in it, or in its keys, is left out, as §4 and §5 of it want. */
const jwks = withoutArrays(
  v.looseObject({
    keys: v.pipe(
      v.array(withoutArrays(v.looseObject({}))),
      v.minLength(1, 'Pass one key at least.'),
      v.maxLength(MOST_SIGNER_KEYS, `A signer has at most ${MOST_SIGNER_KEYS} keys.`),
    ),
  }),
)

const fields = {
  name,
  keys: jwks,
  users: v.optional(v.nullable(userPatterns)),
  resources: v.optional(v.nullable(resources)),
  origins: v.optional(v.nullable(origins)),
  max_ttl: v.optional(seconds(SIGNED_SECONDS)),
  single_use: v.optional(v.boolean()),
}

/** Body of `POST /v1/signers`: each field by itself. */
export const SignerRequest = v.strictObject(fields)

/** Body of `PATCH /v1/signers/{id}`: each field by itself. */
export const SignerUpdateRequest = v.strictObject({
  ...fields,
  name: v.optional(name),
  keys: v.optional(jwks),
})

export function signerRequest(allowed: AllowedOrigins) {
  return v.strictObject({ ...fields, origins: originsWithin(allowed) })
}

export function signerUpdateRequest(allowed: AllowedOrigins) {
  return v.strictObject({ ...SignerUpdateRequest.entries, origins: originsWithin(allowed) })
}

/** The changes that a valid request asks for, or every mistake in its keys. */
export async function signerChanges({
  name,
  keys,
  users,
  resources,
  origins,
  max_ttl,
  single_use,
}: v.InferOutput<typeof SignerUpdateRequest>): Promise<SignerChanges> {
  return {
    ...(name !== undefined && { name }),
    ...(keys !== undefined && { keys: await publicKeys(keys.keys) }),
    ...(users !== undefined && { users: distinct(users) }),
    ...(resources !== undefined && { resources: distinct(resources) }),
    ...(origins !== undefined && { origins: distinct(origins) }),
    ...(max_ttl !== undefined && { maxTtl: max_ttl }),
    ...(single_use !== undefined && { singleUse: single_use }),
  }
}

/** The keys of a set. Throws the refusal that names every mistake in them. */
async function publicKeys(jwks: Record<string, unknown>[]): Promise<SignerKey[]> {
  const keys: SignerKey[] = []
  const errors: Mistakes = []
  for (const [index, jwk] of jwks.entries()) {
    const path = `keys.keys.${index}`
    const key = await signerKey(jwk)
    if ('message' in key)
      errors.push({ path: [path, key.member].filter(Boolean).join('.'), message: key.message })
    else if (keys.some(({ kid }) => kid === key.kid))
      errors.push({ path: `${path}.kid`, message: 'Another key of the signer has this "kid".' })
    else keys.push(key)
  }
  if (errors.length > 0) throw new RefusedRequest('invalid_request', { errors })
  return keys
}
