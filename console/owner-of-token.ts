/** What a token belongs to, as it says itself. */
export interface Owner {
  section: 'tokens' | 'signers'
  id: string
}

/** The token record or the signer that a token names, not yet proven; undefined if it names none. */
export function ownerOf(token: string): Owner | undefined {
  const [, payload = '', signature] = token.split('.')
  if (!signature) return undefined
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    if (typeof claims !== 'object' || claims === null) return undefined
    const named = [...('iss' in claims ? [claims.iss] : []), ...('sub' in claims ? [claims.sub] : [])]
    const id = named.find((name) => typeof name === 'string' && /^(?:tok|sig)_[A-Za-z0-9_-]+$/.test(name))
    if (typeof id !== 'string') return undefined
    return { section: id.startsWith('sig_') ? 'signers' : 'tokens', id }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined
    throw error
  }
}
