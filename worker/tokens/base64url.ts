/** Encodes as base64url without padding (RFC 7515 §2); text as UTF-8. */
export function encode(content: Uint8Array | string): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

/** Decodes base64url. Throws SyntaxError for anything else; unused bits of the last character are ignored. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { alphabet: 'base64url' })
}
