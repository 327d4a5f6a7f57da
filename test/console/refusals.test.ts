import { describe, expect, test } from 'vitest'
import type { TokenRecord } from '../../client/api-types.ts'
import { en } from '../../console/messages/en.ts'
import { readPasted } from '../../console/refusals/pasted.ts'
import { reasonOf } from '../../console/refusals/reason.ts'
import { remediesFor } from '../../console/refusals/remedies.ts'

const ID = 'req_hF3kQ9_x-LmN0pQrStUvWx'
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0b2tfMSJ9.c2lnbmF0dXJl'
const REPORT = {
  version: '0.1.0',
  at: '2026-03-14T11:58:21Z',
  page: 'https://app.example.com',
  edge: 'https://embed.example.com',
  instance: null,
  resource: '9f2c…',
  state: 'error',
  code: 'resource_not_allowed',
  requestId: ID,
  browser: 'Mozilla/5.0',
  checks: [
    { check: 'setup', ok: true, detail: 'In order.' },
    { check: 'token', ok: false, detail: 'Add this resource to its record.' },
    { check: 'clock', ok: null, detail: 'Can’t be asked yet.' },
  ],
}

describe('what somebody pasted', () => {
  test.each([
    ['as the panel copies it', JSON.stringify(REPORT, null, 2)],
    ['in one line', JSON.stringify(REPORT)],
    ['in a letter', `Hello,\nit does not open:\n\n${JSON.stringify(REPORT)}\n\nThank you, Ana {Madrid`],
  ])('is a report, %s', (_, text) => {
    const pasted = readPasted(text.replace('{Madrid', 'Madrid'))
    expect(pasted).toMatchObject({
      kind: 'report',
      report: { code: 'resource_not_allowed', requestId: ID, page: 'https://app.example.com' },
    })
  })

  test.each([
    ['alone', ID],
    ['with the code, as the panel shows it', `resource_not_allowed ${ID}`],
    ['in a sentence', `It says (${ID}).`],
    ['in a report that was cut off', JSON.stringify(REPORT).slice(0, -20)],
  ])('is a request id, %s', (_, text) => {
    expect(readPasted(text)).toEqual({ kind: 'request', id: ID })
  })

  test.each([
    ['alone', TOKEN],
    ['in a tag', `<biuwer-embed resource-id="9f2c" token="${TOKEN}"></biuwer-embed>`],
    ['in an answer', JSON.stringify({ token: TOKEN })],
  ])('is a token, %s', (_, text) => {
    expect(readPasted(text)).toEqual({ kind: 'token', token: TOKEN })
  })

  test.each(['', 'it does not work', '{}', '[1]', '{"checks": 1}', 'req_', 'eyJ.', 'null', 'key_abc'])(
    'is nothing to look for: %j',
    (text) => {
      expect(readPasted(text)).toEqual({ kind: 'nothing' })
    },
  )

  test('is read with care: anybody may have written a report', () => {
    const forged = {
      ...REPORT,
      requestId: 'req_1234567890&user=x',
      code: { evil: 1 },
      checks: [null, 'x', { check: 7, ok: 'yes' }],
    }
    expect(readPasted(JSON.stringify(forged))).toMatchObject({
      report: { requestId: null, code: null, checks: [{ check: '7', ok: null, detail: '' }] },
    })
  })
})

describe('what to do about a refusal', () => {
  const RECORD: TokenRecord = {
    id: 'tok_1',
    user: 'store-1',
    resources: ['page_1'],
    origins: ['https://app.example.com'],
    refresh: 'daily',
    from: '2026-01-01T00:00:00Z',
    to: null,
    time_zone: 'UTC',
    overlap: 0,
    single_use_ttl: null,
    region: null,
    label: null,
    metadata: {},
    version: 1,
    generation: 1,
    created_at: '2026-01-01T00:00:00Z',
    last_used_at: null,
    revoked_at: null,
    status: 'active',
  }
  const REFUSED = { signer: null, user: 'store-1', resource: 'page_2', origin: 'https://other.example.com' }
  const names = (
    code: Parameters<typeof remediesFor>[0]['code'],
    record: TokenRecord | undefined = RECORD,
    {
      allowed = null,
      ...facts
    }: Partial<typeof REFUSED> & { signer?: string | null; allowed?: string[] | null } = {},
  ) => remediesFor({ code, ...REFUSED, ...facts } as never, record, allowed).map(({ name }) => name)

  test('is done here where it can be', () => {
    expect(names('user_not_linked')).toEqual(['link'])
    expect(names('biuwer_token_expired')).toEqual(['addBiuwerToken', 'user'])
    expect(names('biuwer_token_not_yet_valid')).toEqual(['addBiuwerToken', 'user'])
    expect(names('resource_not_allowed')).toEqual(['addResource', 'record'])
    expect(names('origin_not_allowed')).toEqual(['addWebsite', 'record'])
    expect(names('token_expired')).toEqual(['record'])
    expect(names('token_spent')).toEqual(['record'])
  })

  test('is to give out a new token where the record has been widened since', () => {
    expect(names('resource_not_allowed', { ...RECORD, resources: ['page_2'] })).toEqual(['record'])
    expect(names('resource_not_allowed', { ...RECORD, resources: null })).toEqual(['record'])
    expect(names('origin_not_allowed', { ...RECORD, origins: ['https://*.example.com'] })).toEqual(['record'])
  })

  test.each(['revoked', 'expired'] as const)('is another record where that has ended: %s', (status) => {
    for (const code of [
      'token_revoked',
      'token_expired',
      'resource_not_allowed',
      'origin_not_allowed',
    ] as const)
      expect(names(code, { ...RECORD, status })).toEqual(['newRecord'])
  })

  test('is nothing that a record could change where the settings keep the website out', () => {
    expect(names('origin_not_allowed', RECORD, { allowed: ['https://app.example.com'] })).toEqual([])
    expect(names('origin_not_allowed', RECORD, { allowed: ['https://*.example.com'] })).toEqual([
      'addWebsite',
      'record',
    ])
  })

  test('is at the signer where a host has signed the token', () => {
    const signed = { signer: 'sig_1' } as never
    expect(
      remediesFor({ code: 'resource_not_allowed', ...REFUSED, signer: 'sig_1' }, undefined, null),
    ).toEqual([{ name: 'signer', to: '#/signers/sig_1' }])
    expect(names('user_not_linked', undefined, signed)).toContain('signer')
  })

  test('is said for every code, and for none that a newer service brought', () => {
    expect(reasonOf(en, 'token_spent')?.why).toContain('page view')
    expect(reasonOf(en, 'toString')).toBeUndefined()
  })
})
