import { calculateJwkThumbprint, exportPKCS8, exportSPKI, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { readKeys, secretIn } from '../../console/signers/read-keys.ts'

const pair = (alg: string, options = {}) => generateKeyPair(alg, { extractable: true, ...options })
const jwkOf = async (key: CryptoKey) => ({ ...(await crypto.subtle.exportKey('jwk', key)) })
const ec = await pair('ES256')
const rsa = await pair('RS256')
const pem = await exportSPKI(ec.publicKey)
const ecJwk = await jwkOf(ec.publicKey)
const secretPem = await exportPKCS8(ec.privateKey)
const secretJwk = await jwkOf(ec.privateKey)
const secretRsaJwk = await jwkOf(rsa.privateKey)

/** A key for Ed25519 from RFC 8410, §10.1. */
const ED25519 = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----`

async function one(text: string) {
  const found = await readKeys(text)
  const [key] = 'keys' in found ? found.keys : []
  if (!key) throw new Error(`no key: ${JSON.stringify(found)}`)
  return key
}

describe('public keys that are pasted', () => {
  test('are read from PEM, and are named by the beginning of their thumbprint', async () => {
    const { kty, crv, x, y } = ecJwk
    const thumbprint = await calculateJwkThumbprint(ecJwk)
    const read = { jwk: { kty, crv, x, y }, alg: 'ES256', kid: thumbprint.slice(0, 16), thumbprint }
    expect(await one(pem)).toEqual(read)
    expect(await one(`  \r\n${pem.replaceAll('\n', '\r\n')}\n`)).toEqual(read)
  })

  test('may be RSA keys, which do not say what they sign with, or Ed25519 keys', async () => {
    expect(await one(await exportSPKI(rsa.publicKey))).toMatchObject({ alg: undefined, jwk: { kty: 'RSA' } })
    const x = 'Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE'
    expect(await one(ED25519)).toMatchObject({ alg: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x } })
  })

  test('are read from a JWK and a JWK Set, with their names and algorithms, and nothing else of them', async () => {
    const rsaJwk = await jwkOf(rsa.publicKey)
    const named = { ...rsaJwk, kid: '2026-03', alg: 'PS256', use: 'sig', x5t: 'abc' }
    const found = await readKeys(JSON.stringify({ keys: [named, ecJwk] }))
    expect(found).toMatchObject({ keys: [{ kid: '2026-03', alg: 'PS256' }, { alg: 'ES256' }] })
    expect(Object.keys((await one(JSON.stringify(named))).jwk).sort()).toEqual(['e', 'kty', 'n'])
    expect((await one(JSON.stringify({ ...ecJwk, kid: 'with a space' }))).kid).not.toContain(' ')
  })

  test.each([
    ['certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
    ['ssh', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA somebody'],
    ['ssh', 'ecdsa-sha2-nistp256 AAAAE2Vj'],
    ['ssh', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----'],
    ['pkcs1', '-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----'],
    ['unreadable', 'hello'],
    ['unreadable', '{"keys": []}'],
    ['unreadable', '[1]'],
    ['unreadable', '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}'],
    ['unreadable', '{"kty":"OKP","crv":"Ed25519","x":"AA"}'],
    ['unreadable', pem.slice(0, -10)],
    ['unreadable', '-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----'],
    ['otherKind', '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----'],
    ['otherKind', JSON.stringify({ ...ecJwk, use: 'enc' })],
    ['otherKind', JSON.stringify({ ...ecJwk, alg: 'ES512' })],
    ['tooMany', pem.repeat(6)],
  ])('in another form are not read: %s', async (unfit, text) => {
    expect(secretIn(text)).toBe(undefined)
    expect(await readKeys(text)).toEqual({ unfit })
  })

  test('of another length or curve are not read', async () => {
    const short = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024 }
    const publicExponent = new Uint8Array([1, 0, 1])
    const weak = await crypto.subtle.generateKey({ ...short, publicExponent }, true, ['sign', 'verify'])
    expect(await readKeys(await exportSPKI(weak.publicKey))).toEqual({ unfit: 'rsaBits' })
    const { publicKey } = await pair('ES384')
    expect(await readKeys(await exportSPKI(publicKey))).toEqual({ unfit: 'otherKind' })
    expect(await readKeys(JSON.stringify(await jwkOf(publicKey)))).toEqual({ unfit: 'otherKind' })
  })
})

describe('a secret that is pasted by mistake', () => {
  test.each([
    ['PEM', secretPem],
    ['PEM without its end', secretPem.slice(0, 60)],
    ['an older form', '-----BEGIN EC PRIVATE KEY-----\nMHcC'],
    ['an older form of RSA', '-----BEGIN RSA PRIVATE KEY-----\nMIIE'],
    ['encrypted', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF'],
    ['of SSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl'],
    ['of OpenPGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ'],
    ['of PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519'],
    ['after its public key', `${pem}\n-----BEGIN PRIVATE KEY-----`],
    ['a JWK', JSON.stringify(secretJwk)],
    ['a JWK of RSA', JSON.stringify(secretRsaJwk, null, 2)],
    ['in a JWK Set', JSON.stringify({ keys: [ecJwk, secretRsaJwk] })],
    ['a JWK that is cut off', '{"kty":"EC","d" : "abc'],
    ['a JWK in a program', "{ kty: 'EC', crv: 'P-256', d: 'abc' }"],
  ])('is known as a private key: %s', (_, text) => {
    expect(secretIn(text)).toBe('privateKey')
  })

  test('is known as a shared secret', () => {
    expect(secretIn('{"kty":"oct","k":"c2VjcmV0"}')).toBe('sharedSecret')
  })

  test('is not seen in public keys', async () => {
    for (const text of [pem, ED25519, JSON.stringify({ keys: [{ ...ecJwk, kid: 'd', use: 'sig' }] })])
      expect(secretIn(text)).toBe(undefined)
  })
})
