import { createPrivateKey, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import jwt from 'jsonwebtoken'

const { EDGE, SIGNER_ID, SIGNER_KEY_ID, SIGNER_KEY_FILE } = process.env
const key = createPrivateKey(readFileSync(SIGNER_KEY_FILE))

function tokenFor(user) {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: SIGNER_ID, aud: EDGE, sub: user, iat: now, exp: now + 120, jti: randomUUID() }
  return jwt.sign(claims, key, { algorithm: 'ES256', keyid: SIGNER_KEY_ID })
}

console.log(tokenFor(process.argv[2]))
