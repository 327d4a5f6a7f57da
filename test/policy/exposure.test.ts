import { expect, test } from 'vitest'
import { isExposed, isGecko } from '../../worker/policy/exposure.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'
const CHROMIUM =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

test.each([
  [FIREFOX, true],
  [CHROMIUM, false],
  [undefined, false],
])('%s is Gecko: %s', (userAgent, gecko) => {
  expect(isGecko(userAgent)).toBe(gecko)
})

test.each([
  ['a frame that found itself exposed counts so in every browser', true, CHROMIUM, true],
  ['a frame that found itself safe is believed', false, FIREFOX, false],
  ['a frame document that tells nothing counts as exposed in Gecko', undefined, FIREFOX, true],
  ['a frame document that tells nothing counts as safe elsewhere', undefined, CHROMIUM, false],
] as const)('%s', (_, told, userAgent, exposed) => {
  expect(isExposed(told, userAgent)).toBe(exposed)
})
