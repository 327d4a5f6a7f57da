import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inOwnWords } from '../../cli/own-words.ts'
import { PROBLEMS } from '../../worker/problems.ts'

const routes = fileURLToPath(new URL('../../worker/routes/', import.meta.url))

/** What the worker says to callers: each code's own text, and the details of routes, where a user stands in for an expression. */
const sentences = [
  ...Object.values(PROBLEMS).map(({ detail }) => detail),
  ...readdirSync(routes).flatMap((file) =>
    [...readFileSync(`${routes}${file}`, 'utf8').matchAll(/(?:detail|message):\s+(['"`])(.+?)\1/g)].map(
      ([, , text = '']) => text.replace(/\$\{.+?\}/g, 'store-1'),
    ),
  ),
]

test("none of the edge's sentences speaks of HTTP to somebody at the command line", () => {
  expect(sentences.length).toBeGreaterThan(50)
  const foreign = sentences
    .map(inOwnWords)
    .filter((text) => /\/v1\/|\b(POST|PUT|PATCH|DELETE) \/|Bearer|If-Match|Idempotency-Key/.test(text))
  expect(foreign).toEqual([])
})

test.each([
  ['store-1', 'store-1'],
  ['ana.b@example.com', 'ana.b@example.com'],
  ['store-1;rm', "'store-1;rm'"],
  ["o'neil", "'o'\\''neil'"],
  ['$(reboot)', "'$(reboot)'"],
  ['{user}', 'USER'],
])('the user %s stands in a command as a shell takes it', (user, word) => {
  expect(inOwnWords(`Link it with PUT /v1/users/${user}.`)).toBe(
    `Link it with npx biuwer-embed users link ${word}.`,
  )
  expect(inOwnWords(`Add the next one with POST /v1/users/${user}/biuwer-tokens.`)).toBe(
    `Add the next one with npx biuwer-embed users biuwer-tokens add ${word}.`,
  )
})
