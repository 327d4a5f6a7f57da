import { beforeEach, describe, expect, test } from 'vitest'
import { en } from '../../console/messages/en.ts'
import { es } from '../../console/messages/es.ts'
import { environmentOf, SAMPLES, sampleFor } from '../../console/signers/samples.ts'
import { mistakesInScope, NEW_SCOPE, scopeOf } from '../../console/signers/scope-draft.ts'
import { type SignerScope, scopeInWords } from '../../console/signers/scope-in-words.ts'

beforeEach(() => {
  document.documentElement.lang = 'en'
})

const ANY: SignerScope = { users: null, resources: null, origins: null, max_ttl: 300, single_use: true }
const say = (scope: Partial<SignerScope>, words = en) => scopeInWords(words, { ...ANY, ...scope })

describe("a signer's scope in words", () => {
  test('says for whom, what, where, and how long', () => {
    expect(say({ users: ['store-*'] })).toEqual([
      'Its holder may sign for users that begin with store-, for any resource, on any site that is allowed here.',
      'Each token is for one page view and ends at most 5 minutes after it was signed.',
    ])
    const scope = {
      users: ['a', 'b', 'store-*', 'shop-*'],
      resources: ['page_1'],
      origins: ['https://app.example.com'],
    }
    expect(say(scope)[0]).toBe(
      'Its holder may sign for the users a and b and users that begin with store- or shop-, for the resource page_1, on https://app.example.com alone.',
    )
    expect(say({ users: ['a'] })[0]).toContain('for the user a, for')
    expect(say({})[0]).toContain('for every user, for')
    expect(say({ single_use: false, max_ttl: 86_400 })[1]).toBe(
      'A token opens for everybody who has it, as often as they like, and ends at most 1 day after it was signed.',
    )
  })

  test('names the first ones of many', () => {
    const resources = Array.from({ length: 7 }, (_, index) => `page_${index}`)
    expect(say({ resources })[0]).toContain('page_4, and 2 more, on')
  })

  test('is said in Spanish too', () => {
    document.documentElement.lang = 'es'
    expect(say({ users: ['store-*'] }, es)).toEqual([
      'Su titular puede firmar para los usuarios que empiezan por store-, para cualquier recurso, en cualquiera de los sitios permitidos aquí.',
      'Cada token es para una vista de página y termina como máximo 5 minutos después de firmarse.',
    ])
  })
})

describe('the fields for a scope', () => {
  const mistakes = (change: Partial<typeof NEW_SCOPE>, own: string[] | null = null) =>
    mistakesInScope(en, scopeOf({ ...NEW_SCOPE, ...change }), own).map(({ path }) => path)

  test('left empty mean all, any, five minutes and one page view', () => {
    expect(scopeOf(NEW_SCOPE)).toEqual(ANY)
    expect(mistakes({})).toEqual([])
  })

  test.each(['29', '86401', '1.5', 'x', '1e99'])('take no life of %s seconds', (maxTtl) => {
    expect(mistakes({ maxTtl })).toEqual(['max_ttl'])
  })

  test.each(['30', '86400'])('take a life of %s seconds', (maxTtl) => {
    expect(mistakes({ maxTtl })).toEqual([])
  })

  test('take users and beginnings alone, and want them of a key for some users', () => {
    expect(mistakes({ users: 'store-1\n\n shop-*' }, ['shop-*'])).toEqual([])
    expect(mistakes({ users: 'not a user' })).toEqual(['users'])
    expect(mistakes({}, ['shop-*'])).toEqual(['users'])
  })
})

describe('the samples for a backend', () => {
  test.each(SAMPLES)('sign with the algorithm of the key, or are not shown: $name', (sample) => {
    for (const alg of ['ES256', 'EdDSA', 'PS256', 'RS256']) {
      const code = sampleFor(sample, { alg }, { max_ttl: 300 })
      expect(code !== undefined).toBe(sample.algorithms.some((known) => known === alg))
      if (code === undefined) continue
      expect(code).toContain(alg)
      for (const other of ['ES256', 'EdDSA', 'PS256', 'RS256'])
        if (other !== alg) expect(code).not.toContain(other)
    }
  })

  test.each(SAMPLES)('sign no token that lives longer than the signer allows: $name', (sample) => {
    const [alg] = sample.algorithms
    expect(sampleFor(sample, { alg }, { max_ttl: 300 })).toContain('now + 120')
    const code = sampleFor(sample, { alg }, { max_ttl: 60 })
    expect(code).toContain('now + 60')
    expect(code).not.toContain('120')
  })

  test('read from their environment all that it is given', () => {
    const settings = environmentOf({ id: 'sig_1' }, { kid: "a'b" }, 'https://embed.example.com')
    expect(settings).toBe(
      [
        'EDGE=https://embed.example.com',
        'SIGNER_ID=sig_1',
        `SIGNER_KEY_ID='a'\\''b'`,
        'SIGNER_KEY_FILE=private.pem',
      ].join('\n'),
    )
    for (const { source } of SAMPLES)
      for (const line of settings.split('\n')) expect(source).toContain(line.split('=')[0])
  })
})
