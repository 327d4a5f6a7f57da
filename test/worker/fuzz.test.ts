import { reset } from 'cloudflare:test'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Operation } from '../../api/shape.ts'
import { ADMIN_KEY } from './admin-key.ts'
import { EDGE, issue } from './api.ts'
import { mutated, valid } from './arbitrary.ts'
import { answerMistakes, type Documented, isFile, operationOf, operations } from './document.ts'
import { fromWorker } from './isolate.ts'
import { seed } from './seed.ts'

const RUNS = inject('thorough') ? 2000 : 500

const ids: string[] = []
beforeAll(async () => {
  for (const refresh of ['none', 'daily', 'single-use']) ids.push((await issue({ refresh })).id)
})
afterAll(() => reset())

interface Asked {
  /** The operation's. */
  id: string
  path: string
  query: string
  headers: Record<string, string>
  body: string | Uint8Array<ArrayBuffer> | undefined
}

const word = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 20 }))

function pathOf(path: string): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const segments = names.map((name) =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: name === 'id' ? fc.nat(ids.length - 1).map((at) => ids[at] ?? '') : fc.constant('store-1'),
      },
      { weight: 1, arbitrary: word },
    ),
  )
  return fc.tuple(...segments).map((values) => {
    let at = 0
    return path.replace(/\{\w+\}/g, () => encodeURIComponent(values[at++] ?? ''))
  })
}

function queryOf({ parameters = [] }: Operation): fc.Arbitrary<string> {
  const known = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => fc.tuple(fc.constant(name), fc.oneof(valid(schema).map(String), word)))
  const one = fc.oneof(...known, fc.tuple(word, word))
  return fc
    .array(one, { maxLength: 3 })
    .map((pairs) => (pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : ''))
}

function bodyOf({ requestBody }: Operation): fc.Arbitrary<Asked['body']> {
  const garbage = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.string({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
    fc.constant(`{"label":"${'x'.repeat(70_000)}"}`),
    fc.constant(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    fc.constant(undefined),
  )
  const { schema } = Object.values(requestBody?.content ?? {})[0] ?? {}
  if (!schema) return fc.constant(undefined)
  const isForm = 'application/x-www-form-urlencoded' in (requestBody?.content ?? {})
  // A form has only text. What stands for another value may be any: not all of them are text of their own accord.
  const field = (value: unknown) => (typeof value === 'string' ? value : `${JSON.stringify(value)}`)
  const form = (value: unknown) =>
    new URLSearchParams(Object.entries(value as object).map(([name, inner]) => [name, field(inner)]))
  const written = (value: unknown) => (isForm ? `${form(value)}` : JSON.stringify(value))
  return fc.oneof(
    { weight: 3, arbitrary: valid(schema).map(written) },
    { weight: 3, arbitrary: mutated(valid(schema)).map((value) => written(value ?? {})) },
    { weight: 2, arbitrary: garbage },
  )
}

function headersOf(documented: Documented): fc.Arbitrary<Record<string, string>> {
  const [type = 'application/json'] = Object.keys(documented.operation.requestBody?.content ?? {})
  const visible = fc.stringMatching(/^[ -~]{0,60}$/)
  return fc
    .record(
      {
        Authorization: fc.oneof(
          { weight: 8, arbitrary: fc.constant(`Bearer ${ADMIN_KEY}`) },
          { weight: 1, arbitrary: visible.map((text) => `Bearer ${text}`) },
          { weight: 1, arbitrary: visible.map((text) => `Basic ${text}`) },
        ),
        'Content-Type': fc.oneof(
          { weight: 6, arbitrary: fc.constant(type) },
          { weight: 1, arbitrary: visible },
        ),
        Origin: fc.oneof({ weight: 4, arbitrary: fc.constant(EDGE) }, { weight: 1, arbitrary: visible }),
        'Idempotency-Key': visible,
        'X-Forwarded-Host': visible,
        'CF-Connecting-IP': fc.oneof(fc.ipV4(), fc.ipV6(), visible),
      },
      { requiredKeys: ['CF-Connecting-IP'] },
    )
    .map((headers) => headers as Record<string, string>)
}

const request: fc.Arbitrary<Asked> = fc
  .constantFrom(...operations.filter(({ path }) => !isFile(path)))
  .chain((documented) =>
    fc.record({
      id: fc.constant(documented.operation.operationId),
      path: pathOf(documented.path),
      query: queryOf(documented.operation),
      headers: headersOf(documented),
      body: bodyOf(documented.operation),
    }),
  )

test(`whatever is asked, the answer is a documented one (SEED=${seed})`, { timeout: 60_000 }, async () => {
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(request, async ({ id, path, query, headers, body }) => {
      const documented = operationOf(id)
      const method = documented.method.toUpperCase()
      const answer = await fromWorker(`${EDGE}${path}${query}`, { method, headers, body: body ?? null })
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      const text = await answer.clone().text()
      expect(answer.status).toBeLessThan(500)
      expect(text).not.toMatch(/\.[mc]?[jt]s:\d/)
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
      if (!path.startsWith('/oauth/') && answer.status >= 400) {
        const { request_id } = JSON.parse(text)
        expect(request_id).toBe(answer.headers.get('x-request-id'))
      }
      // "." and "" make another address, which may take other methods.
      const elsewhere = new URL(path, EDGE).pathname !== path || path.split('/').includes('')
      if (!elsewhere || answer.status < 404) expect(await answerMistakes(documented, answer)).toEqual([])
    }),
    { numRuns: RUNS, seed, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  )
  // Were everything refused for one and the same mistake, nothing would have been tried.
  expect(statuses.get(200)).toBeGreaterThan(RUNS / 20)
  expect(statuses.size).toBeGreaterThan(5)
})
