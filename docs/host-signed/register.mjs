import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { BiuwerEdge } from 'biuwer-embed/server'

const edge = new BiuwerEdge({ edge: process.env.EDGE, adminKey: process.env.ADMIN_KEY })
const jwk = createPublicKey(await readFile('public.pem')).export({ format: 'jwk' })
const signer = await edge.signers.create({
  name: 'Backend of app.example.com',
  keys: { keys: [{ ...jwk, kid: '2026-03', alg: 'ES256' }] },
  users: ['store-*'],
})
console.log(signer.id)
