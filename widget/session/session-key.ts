const keys = new Map<string, string>()

/**
 * The session key of a token value: one a page view, shared by all tags that carry the value, because a
 * single-use value opens for one key alone. A value not seen before takes over the key that a renewal
 * `carried`, or gets one of 160 random bits, five a character.
 */
export function sessionKey(value: string, carried?: string): string {
  const key = keys.get(value) ?? carried ?? fresh()
  keys.set(value, key)
  return key
}

function fresh(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return Array.from(bytes, (byte) => (byte & 31).toString(32)).join('')
}
