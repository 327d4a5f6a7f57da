import { decode } from './base64url.ts'
import { keyedDigest } from './random.ts'

/**
 * Keys of the management API as their holders have them: `bwk_`, 43 characters of chance (256 bits in base62) and a
 * checksum of six. The fixed beginning and the checksum let scanners of source code tell a leaked key from any other text,
 * and the edge refuse what was never a key without a look at its storage.
 */
const PREFIX = 'bwk_'
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_LENGTH = 43
const CHECKSUM_LENGTH = 6

/**
 * The key that whoever has `parent`, a key of theirs, makes of a seed: the same each time. Nobody can guess it who lacks one
 * of the two.
 */
export async function bearerKey(parent: string, seed: string): Promise<string> {
  const bytes = decode(await keyedDigest(parent, `key ${seed}`))
  if (!bytes) throw new Error('a digest is base64url')
  const secret = base62(BigInt(`0x${bytes.toHex()}`), SECRET_LENGTH)
  return `${PREFIX}${secret}${checksum(secret)}`
}

/** Whether a text has the shape and the checksum of a key. */
export function isBearerKey(text: string): boolean {
  if (!text.startsWith(PREFIX) || text.length !== PREFIX.length + SECRET_LENGTH + CHECKSUM_LENGTH)
    return false
  const secret = text.slice(PREFIX.length, -CHECKSUM_LENGTH)
  return /^[0-9A-Za-z]+$/.test(secret) && text.endsWith(checksum(secret))
}

/** CRC-32 (ISO 3309, as in zip files) of a text, in base62. */
function checksum(text: string): string {
  let crc = 0xffffffff
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return base62(BigInt((crc ^ 0xffffffff) >>> 0), CHECKSUM_LENGTH)
}

function base62(number: bigint, length: number): string {
  let digits = ''
  for (let rest = number; digits.length < length; rest /= 62n) digits = ALPHABET[Number(rest % 62n)] + digits
  return digits
}
