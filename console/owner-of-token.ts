/** What a token belongs to, as it says itself. */
export interface Owner {
  section: 'tokens' | 'signers'
  id: string
}

/** The token record or the signer that a token names, not yet proven; undefined if it names none. */
export function ownerOf(token: string): Owner | undefined {
  const { iss, sub } = claimsOf(token)
  const id = [iss, sub].find((name) => typeof name === 'string' && /^(?:tok|sig)_[A-Za-z0-9_-]+$/.test(name))
  if (typeof id !== 'string') return undefined
  return { section: id.startsWith('sig_') ? 'signers' : 'tokens', id }
}

/** The user whom a token of a signer stands for, not yet proven; null if it names none. */
export function signedUserOf(token: string): string | null {
  const { sub } = claimsOf(token)
  return typeof sub === 'string' ? sub : null
}

function claimsOf(token: string): { iss?: unknown; sub?: unknown } {
  const [, payload = '', signature] = token.split('.')
  if (!signature) return {}
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof claims === 'object' && claims !== null ? claims : {}
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return {}
    throw error
  }
}
