/** base64url without padding (RFC 7515 §2); texts as UTF-8. */
export function encode(content: Uint8Array | string): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

/** Throws SyntaxError for what is none. Loose bits of the last character are read as any base64 reader does. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { alphabet: 'base64url' })
}
