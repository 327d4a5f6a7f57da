import { decode, encode } from '../tokens/base64url.ts'
import type { KeySet, VaultKey } from '../tokens/keys.ts'

/** A user's Biuwer authentication token at rest: AES-256-GCM, base64url. */
export interface Sealed {
  kid: string
  iv: string
  data: string
}

/** No key of `VAULT_KEYS` opens an entry: its key was taken away, or somebody changed the entry. */
export class VaultError extends Error {
  override name = 'VaultError'
}

export async function seal(user: string, secret: string, keys: KeySet<VaultKey>): Promise<Sealed> {
  const { kid, key } = keys[0]
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const data = await crypto.subtle.encrypt(algorithm(user, iv), key, new TextEncoder().encode(secret))
  return { kid, iv: encode(iv), data: encode(new Uint8Array(data)) }
}

export async function unseal(user: string, sealed: Sealed, keys: KeySet<VaultKey>): Promise<string> {
  const key = keys.find((candidate) => candidate.kid === sealed.kid)?.key
  if (!key)
    throw new VaultError(`no key ${JSON.stringify(sealed.kid)}, which sealed an entry that is still in use`)
  const [iv, data] = [decode(sealed.iv), decode(sealed.data)]
  try {
    if (!iv || !data) throw new SyntaxError('the entry is not base64url')
    const opened = await crypto.subtle.decrypt(algorithm(user, iv), key, data)
    return new TextDecoder().decode(opened)
  } catch (cause) {
    throw new VaultError(`key ${JSON.stringify(sealed.kid)} does not open an entry that bears its name`, {
      cause,
    })
  }
}

/** A Biuwer token, decrypted; undefined: no key opens it any more, and nobody can tell what it was. */
export async function unsealOrGone(
  user: string,
  sealed: Sealed,
  keys: KeySet<VaultKey>,
): Promise<string | undefined> {
  try {
    return await unseal(user, sealed, keys)
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    console.error(JSON.stringify({ event: 'biuwer_token_not_opened', kid: sealed.kid }))
    return undefined
  }
}

/** AES-GCM with the user as additional data, so that an entry moved to another user's row does not open. */
function algorithm(user: string, iv: Uint8Array): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`biuwer-embed vault ${user}`) }
}

interface AesGcmParams extends SubtleCryptoEncryptAlgorithm {
  iv: Uint8Array
}
