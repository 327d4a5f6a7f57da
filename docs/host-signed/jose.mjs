import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { importPKCS8, SignJWT } from 'jose'

const { EDGE, SIGNER_ID, SIGNER_KEY_ID, SIGNER_KEY_FILE } = process.env
const key = await importPKCS8(await readFile(SIGNER_KEY_FILE, 'utf8'), 'ES256')

function tokenFor(user) {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: SIGNER_ID, aud: EDGE, sub: user, iat: now, exp: now + 120, jti: randomUUID() }
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: SIGNER_KEY_ID }).sign(key)
}

console.log(await tokenFor(process.argv[2]))
