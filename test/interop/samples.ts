import type { SignerAlgorithm } from '../../worker/policy/signer.ts'

/** A sample of docs/host-signed.md: a host's backend in one language. */
export interface Sample {
  /** Its row in the guide's table of what each library signs with. */
  library: string
  file: string
  /** What runs the file. */
  command: readonly string[]
  signs: readonly SignerAlgorithm[]
}

export const JOSE: Sample = {
  library: '`jose`',
  file: 'jose.mjs',
  command: [process.execPath],
  signs: ['ES256', 'EdDSA', 'PS256', 'RS256'],
}

export const SAMPLES: readonly Sample[] = [
  JOSE,
  {
    library: '`jsonwebtoken`',
    file: 'jsonwebtoken.mjs',
    command: [process.execPath],
    signs: ['ES256', 'PS256', 'RS256'],
  },
  {
    library: 'PyJWT',
    file: 'pyjwt.py',
    command: [process.env.PYTHON ?? '/usr/bin/python3'],
    signs: ['ES256', 'EdDSA', 'PS256', 'RS256'],
  },
  {
    library: "Ruby's `jwt`",
    file: 'jwt.rb',
    command: ['ruby'],
    signs: ['ES256', 'PS256', 'RS256'],
  },
  {
    library: '`golang-jwt`',
    file: 'golang-jwt.go',
    command: ['go', 'run'],
    signs: ['ES256', 'EdDSA', 'PS256', 'RS256'],
  },
  {
    library: "PHP's OpenSSL",
    file: 'openssl.php',
    command: ['php'],
    signs: ['RS256'],
  },
]
