import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LONGEST_ORIGIN } from '../../worker/policy/bounds.ts'
import {
  commonOrigins,
  isListed,
  isOriginEntry,
  isWebOrigin,
  liesWithin,
} from '../../worker/policy/origins.ts'

const BELOW = 'https://*.example.com'

describe('an origin of a page', () => {
  test.each([
    ['https://app.example.com', true],
    ['https://app.example.com:8443', true],
    ['http://app.example.com', true],
    ['http://localhost:5173', true],
    ['https://app_1.example.com', true],
    ['https://xn--bcher-kva.example', true],
    ['https://192.0.2.1', true],
    ['https://[::1]:8443', true],
    ['https://[2001:db8::1]', true],
    ['https://App.example.com', false],
    ['https://app.example.com/', false],
    ['https://app.example.com:443', false],
    ['http://app.example.com:80', false],
    ['https://app.example.com:', false],
    ['https://app.example.com:99999', false],
    ['https://app.example.com.', false],
    ['https://app..example.com', false],
    ['https://.example.com', false],
    ['https://app.example.com,', false],
    ['https://a;sandbox', false],
    ["https://app.example.com'", false],
    ['https://app.example.com$', false],
    ['https://*.example.com', false],
    ['https://app.*.com', false],
    ['https://*', false],
    ['https://bücher.example', false],
    ['https://192.0.2.256', false],
    ['https://0xc0000201', false],
    ['https://192.0.2', false],
    ['https://[::0001]', false],
    ['https://[::1', false],
    ['https://user@app.example.com', false],
    ['https://app.example.com?x', false],
    ['https://app.example.com#x', false],
    ['https:app.example.com', false],
    ['//app.example.com', false],
    ['app.example.com', false],
    ['ftp://app.example.com', false],
    ['capacitor://localhost', false],
    ['null', false],
    ['*', false],
    ['', false],
  ])('%j: %s', (text, isOne) => {
    expect(isWebOrigin(text)).toBe(isOne)
  })
})

describe('an entry of a record', () => {
  test.each([
    'https://app.example.com',
    'https://[::1]:8443',
    'https://*.example.com',
    'https://*.a.b.example.com',
    'https://*.xn--bcher-kva.example',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'app://bundle',
    'app://-',
    'app://com.example.desktop',
  ])('%j is one', (text) => {
    expect(isOriginEntry(text)).toBe(true)
  })

  test.each([
    '*',
    'https://*',
    'https://*.com',
    'https://*.example.com:8443',
    'https://*.example.com/',
    'https://*.example.com.',
    'https://*..example.com',
    'https://*.*.example.com',
    'https://*example.com',
    'https://app.*.example.com',
    'https://*.Example.com',
    'https://*.bücher.example',
    'https://*.192.0.2.1',
    'https://*.a;b.example.com',
    'http://*.example.com',
    '*.example.com',
    'capacitor://',
    'capacitor://localhost/',
    'capacitor://localhost:80',
    'capacitor://LOCALHOST',
    'capacitor://*.example.com',
    'capacitor://user@localhost',
    'Capacitor://localhost',
    'app://.',
    'app://a b',
    'app://a;b',
    'myapp://localhost',
    'file://',
    'chrome-extension://abcdefghijklmnop',
    'javascript://localhost',
    'blob:https://app.example.com',
    'null',
    '',
  ])('%j is none', (text) => {
    expect(isOriginEntry(text)).toBe(false)
  })
})

/** Labels of host names. */
const label = fc
  .stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,10}[a-z0-9_])?$/)
  .filter((text) => !/^xn-/.test(text))
/** Host names of pages: they end in a label that starts with a letter, so that they are no IPv4 addresses. */
const hostName = fc
  .tuple(fc.array(label, { maxLength: 4 }), fc.stringMatching(/^[a-wyz][a-z]{1,8}$/))
  .map(([labels, last]) => [...labels, last].join('.'))

describe('a wildcard', () => {
  test('means every https origin below the name, at any depth', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
        const origin = `https://${labels.join('.')}.example.com`
        expect(isWebOrigin(origin)).toBe(true)
        expect(isListed(origin, [BELOW])).toBe(true)
      }),
    )
  })

  test.each([
    'https://example.com',
    'https://.example.com',
    'https://evil-example.com',
    'https://evilexample.com',
    'https://example.com.evil',
    'https://a.example.com.evil.net',
    'https://a.example.com.',
    'https://a..example.com',
    'https://a.example.com:8443',
    'https://a.example.com:443',
    'http://a.example.com',
    'https://A.example.com',
    'https://a.EXAMPLE.com',
    'HTTPS://a.example.com',
    'https://evil.net/.example.com',
    'https://evil.net?.example.com',
    'https://evil.net#.example.com',
    'https://evil.net\\.example.com',
    'https://evil.net:1.example.com',
    'https://evil.net@a.example.com',
    'https://a@b.example.com',
    'https://a.example.com,https://b.example.com',
    'https://evil.net\n.example.com',
    'https://а.example.com',
    'https://a。example.com',
    'https://a.example。com',
    'https://*.example.com',
    'https://*.a.example.com',
    'capacitor://a.example.com',
    'null',
    '*',
    '',
  ])('does not mean %j', (origin) => {
    expect(isListed(origin, [BELOW])).toBe(false)
  })

  test('means nothing that is no origin of a browser, whatever it ends with', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab.-_:/@?#\\*;,%[] \n\0éа。'), maxLength: 8 })
    fc.assert(
      fc.property(text, (text) => {
        const origin = `https://${text}.example.com`
        if (isListed(origin, [BELOW])) expect(new URL(origin).origin).toBe(origin)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a list', () => {
  test('with * has every http and https origin, and no app’s but those beside it', () => {
    const list = ['*', 'capacitor://localhost']
    for (const origin of [
      'https://a.example',
      'http://a.example:81',
      'http://[::1]',
      'capacitor://localhost',
    ])
      expect([origin, isListed(origin, list)]).toEqual([origin, true])
    for (const origin of [
      'ionic://localhost',
      'capacitor://localhost/',
      'null',
      'file://',
      '*',
      'https://a.',
    ])
      expect([origin, isListed(origin, list)]).toEqual([origin, false])
  })

  test('of origins has these alone', () => {
    fc.assert(
      fc.property(hostName, hostName, (one, other) => {
        expect(isListed(`https://${one}`, [`https://${other}`])).toBe(one === other)
      }),
    )
  })
})

describe('what lies within a list', () => {
  test.each([
    ['https://a.example.com', [BELOW], true],
    ['https://example.com', [BELOW], false],
    ['https://a.example.com:81', [BELOW], false],
    [BELOW, [BELOW], true],
    ['https://*.a.example.com', [BELOW], true],
    [BELOW, ['https://*.a.example.com'], false],
    ['https://*.evilexample.com', [BELOW], false],
    [BELOW, ['https://a.example.com'], false],
    [BELOW, ['*'], true],
    ['https://[::1]', ['*'], true],
    ['capacitor://localhost', ['*'], false],
    ['capacitor://localhost', ['*', 'capacitor://localhost'], true],
    ['capacitor://localhost', [BELOW], false],
  ])('%s within %j: %s', (entry, list, lies) => {
    expect(liesWithin(entry, list)).toBe(lies)
  })

  test('means nothing that the list does not mean', () => {
    const entry = fc
      .tuple(fc.constantFrom('https://', 'https://*.', 'http://'), hostName)
      .map(([start, name]) => `${start}${name.split('.').slice(-2).join('.')}`)
      .filter(isOriginEntry)
    fc.assert(
      fc.property(entry, entry, hostName, (narrow, wide, name) => {
        if (!liesWithin(narrow, [wide])) return
        const origin = narrow.replace('*', name)
        expect(isListed(origin, [narrow])).toBe(true)
        expect(isListed(origin, [wide])).toBe(true)
      }),
    )
  })
})

test.each([
  [null, null, null],
  [[BELOW], null, [BELOW]],
  [null, [BELOW], [BELOW]],
  [[BELOW], ['https://a.example.com', 'https://b.example'], ['https://a.example.com']],
  [
    ['https://a.example.com', 'https://*.b.example.com'],
    [BELOW],
    ['https://a.example.com', 'https://*.b.example.com'],
  ],
  [['https://a.example'], ['https://b.example'], []],
  [['https://a.example', 'capacitor://localhost'], ['*'], ['https://a.example']],
])('%j and %j have in common: %j', (one, other, common) => {
  expect(commonOrigins(one, other)).toEqual(common)
  expect(commonOrigins(other, one)?.toSorted()).toEqual(common?.toSorted())
})

test('no entry is longer than the API says', () => {
  expect(`https://${`${'a'.repeat(63)}.`.repeat(4).slice(0, 253)}:65535`.length).toBe(LONGEST_ORIGIN)
})
