import { encode } from './base64url.ts'

/** 128 random bits as 22 characters of base64url. */
export function random(): string {
  return encode(crypto.getRandomValues(new Uint8Array(16)))
}

/** The SHA-256 digest of a text, as base64url. */
export async function digest(text: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}
