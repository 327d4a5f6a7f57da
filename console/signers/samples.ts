import type { PublicKey, Signer } from '../../client/api-types.ts'
import golang from '../../docs/host-signed/golang-jwt.go?raw'
import jose from '../../docs/host-signed/jose.mjs?raw'
import jsonwebtoken from '../../docs/host-signed/jsonwebtoken.mjs?raw'
import ruby from '../../docs/host-signed/jwt.rb?raw'
import php from '../../docs/host-signed/openssl.php?raw'
import python from '../../docs/host-signed/pyjwt.py?raw'

/** How a backend signs, in the languages of docs/host-signed.md: its own samples, which are run against an edge. */
export interface Sample {
  /** The language and the library, which are the same in every language of people. */
  name: string
  /** What the library signs with. */
  algorithms: readonly string[]
  source: string
}

/** The algorithm that the samples have; PHP's has the one that it knows. */
const WRITTEN = 'ES256'
/** Seconds that the tokens of the samples live. */
const WRITTEN_LIFE = 120

export const SAMPLES = [
  { name: 'Node, jose', algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'], source: jose },
  { name: 'Node, jsonwebtoken', algorithms: ['ES256', 'PS256', 'RS256'], source: jsonwebtoken },
  { name: 'Python, PyJWT', algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'], source: python },
  { name: 'Ruby, jwt', algorithms: ['ES256', 'PS256', 'RS256'], source: ruby },
  { name: 'Go, golang-jwt', algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'], source: golang },
  { name: 'PHP, OpenSSL', algorithms: ['RS256'], source: php },
] as const satisfies readonly Sample[]

/** The sample for a key's algorithm, and for what its signer allows; undefined: its library does not sign with it. */
export function sampleFor(
  { algorithms, source }: Sample,
  { alg }: Pick<PublicKey, 'alg'>,
  { max_ttl }: Pick<Signer, 'max_ttl'>,
): string | undefined {
  if (!algorithms.includes(alg)) return undefined
  const life = Math.min(max_ttl, WRITTEN_LIFE)
  return source.replaceAll(WRITTEN, alg).replaceAll(`now + ${WRITTEN_LIFE}`, `now + ${life}`)
}

/** What the samples read from their environment. No secret is in it: the private key stays where it is. */
export function environmentOf(
  { id }: Pick<Signer, 'id'>,
  { kid }: Pick<PublicKey, 'kid'>,
  edge: string,
): string {
  return [
    `EDGE=${edge}`,
    `SIGNER_ID=${id}`,
    `SIGNER_KEY_ID=${quoted(kid)}`,
    'SIGNER_KEY_FILE=private.pem',
  ].join('\n')
}

/** A value as a shell reads it. */
function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}
