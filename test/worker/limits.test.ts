import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, expect, test } from 'vitest'
import { admin, issue, open } from './api.ts'

afterEach(() => reset())

const bindings = { ...env, ALLOWED_ORIGINS: '*' }

const many = <Item>(count: number, item: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => item(index))

/** The longest name that a host may have, and with it the longest origin. */
const NAME = [63, 63, 63, 61].map((length) => 'a'.repeat(length)).join('.')
const longestOrigin = (index: number) => `https://${String(index).padStart(3, '0')}${NAME.slice(3)}:65535`
const longestResource = (index: number) => String(index).padStart(128, 'r')

const LARGEST = {
  label: 'l'.repeat(200),
  metadata: { ['k'.repeat(40)]: 'v'.repeat(500) },
  resources: many(100, longestResource),
  origins: many(100, longestOrigin),
}

const TOO_LARGE: [path: string, asked: object][] = [
  ['label', { label: 'l'.repeat(201) }],
  [`metadata.${'k'.repeat(41)}`, { metadata: { ['k'.repeat(41)]: 'v' } }],
  ['metadata.', { metadata: { '': 'v' } }],
  ['metadata.k', { metadata: { k: 'v'.repeat(501) } }],
  ['metadata', { metadata: Object.fromEntries(many(51, (index) => [`k${index}`, 'v'])) }],
  ['resources', { resources: many(101, longestResource) }],
  ['resources.0', { resources: ['r'.repeat(129)] }],
  ['origins', { origins: many(101, (index) => `https://host-${index}.example`) }],
  ['origins.0', { origins: [longestOrigin(0).replace('https://', 'https://a')] }],
]

test('a record may be as large as the limits say, made or changed, and its token opens', async () => {
  await issue()
  const made = await admin('POST', '/v1/tokens', { user: 'store-1', ...LARGEST }, { bindings })
  expect(made).toMatchObject({ status: 201, body: LARGEST })
  const small = await issue()
  const changed = await admin('PATCH', `/v1/tokens/${small.id}`, LARGEST, { bindings })
  expect(changed).toMatchObject({ status: 200, body: LARGEST })
  const { body: refreshed } = await admin('POST', `/v1/tokens/${small.id}/refresh`)
  for (const token of [made.body.token, refreshed.token]) {
    const opening = { resource: longestResource(99), origin: longestOrigin(99), bindings }
    expect((await open(token, opening)).status).toBe(201)
  }
  const metadata = Object.fromEntries(many(50, (index) => [`k${index}`, 'v']))
  expect((await admin('POST', '/v1/tokens', { user: 'store-1', metadata })).status).toBe(201)
})

test.each(TOO_LARGE)('a record one beyond a limit (%s) is neither made nor changed', async (path, asked) => {
  const { id } = await issue()
  const answers = [
    await admin('POST', '/v1/tokens', { user: 'store-1', ...asked }, { bindings }),
    await admin('PATCH', `/v1/tokens/${id}`, asked, { bindings }),
  ]
  for (const { status, body } of answers)
    expect([status, body.errors?.map((error: { path: string }) => error.path)]).toEqual([400, [path]])
  expect((await admin('GET', `/v1/tokens/${id}`)).body.version).toBe(1)
})
