const keys = new Map<string, string>()

/**
 * Returns the session key of a token. There is one for each token and page view, shared by all tags of the page that
 * carry the token, because a single-use token opens for one key alone. A token not seen before takes over the key that
 * a renewal `carried`, or gets a new one.
 */
export function sessionKey(token: string, carried?: string): string {
  const key = keys.get(token) ?? carried ?? randomKey()
  keys.set(token, key)
  return key
}

/** 160 random bits, five a character. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return Array.from(bytes, (byte) => (byte & 31).toString(32)).join('')
}
