/** The id of the record that a value says it is of, unproven; undefined where the text is no value. */
export function recordOf(value: string): string | undefined {
  const [, payload = '', signature] = value.split('.')
  if (!signature) return undefined
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    const named = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : undefined
    return typeof named === 'string' && /^tok_[A-Za-z0-9_-]+$/.test(named) ? named : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined
    throw error
  }
}
