/** The one whose digest the tests' settings hold. */
export const ADMIN_KEY = 'adm_of-the-tests'

/** As `ADMIN_KEYS` lists a key. */
export async function hexDigest(key: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
