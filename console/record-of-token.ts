/** The id of the token record that a token names, not yet proven; undefined if the text is no token. */
export function recordIdOf(token: string): string | undefined {
  const [, payload = '', signature] = token.split('.')
  if (!signature) return undefined
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    const id = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : undefined
    return typeof id === 'string' && /^tok_[A-Za-z0-9_-]+$/.test(id) ? id : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined
    throw error
  }
}
