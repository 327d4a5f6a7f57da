import { encode } from './base64url.ts'

/** 128 random bits, base64url: 22 characters. */
export function random(): string {
  return encode(crypto.getRandomValues(new Uint8Array(16)))
}

/** SHA-256, base64url. */
export async function digest(text: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}
