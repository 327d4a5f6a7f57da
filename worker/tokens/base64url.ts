/** Encodes as base64url without padding (RFC 7515 §2); text as UTF-8. */
export function encode(content: Uint8Array | string): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

/**
 * Decodes base64url; undefined for anything else. Each content has one spelling: padding, white space and set bits that the
 * last character has beyond the content are refused.
 */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!isBase64url(text)) return undefined
  const padded = text.padEnd(Math.ceil(text.length / 4) * 4, '=')
  try {
    return Uint8Array.fromBase64(padded, { alphabet: 'base64url', lastChunkHandling: 'strict' })
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Whether a text has the characters and a length of base64url. Bits beyond its content may be set all the same. */
export function isBase64url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1
}
