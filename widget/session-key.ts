const keys = new Map<string, string>()

/**
 * The session key of a token value: one a page view, shared by all tags that carry the value, because a
 * single-use value opens for one key alone. A value not seen before takes over the key that the renewal
 * `carried`, or gets 144 fresh random bits.
 */
export function sessionKey(value: string, carried?: string): string {
  const key = keys.get(value) ?? carried ?? fresh()
  keys.set(value, key)
  return key
}

function fresh(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18))
  return btoa(String.fromCharCode(...bytes)).replace(/[+/]/g, (sign) => (sign === '+' ? '-' : '_'))
}
