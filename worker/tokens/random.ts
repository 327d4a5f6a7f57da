import { encode } from './base64url.ts'

/** 128 random bits as 22 characters of base64url. */
export function random(): string {
  return encode(crypto.getRandomValues(new Uint8Array(16)))
}

/** The SHA-256 digest of a text, as base64url. */
export async function digest(text: string): Promise<string> {
  return encode(await sha256(text))
}

/** The HMAC-SHA-256 of a text under a secret, as base64url: nobody without the secret can try texts against it. */
export async function keyedDigest(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder()
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), hmac, false, ['sign'])
  return encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))))
}

/** The SHA-256 digest of a text in UTF-8. */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
