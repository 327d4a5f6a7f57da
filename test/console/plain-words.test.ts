import { describe, expect, test } from 'vitest'
import { en } from '../../console/messages/en.ts'
import { es } from '../../console/messages/es.ts'

/** What an account manager would have to look up, and names of settings. */
const STRANGE = {
  en: /\b(registr(y|ies)|edges?|vaults?|digests?|leases?|generations?|deployments?|origins?|isolates?)\b/i,
  es: /\b(registry|edges?|vaults?|bóvedas?|digests?|leases?|generaci(ón|ones)|despliegues?|origen|orígenes)\b/i,
}
const SETTING = /\b[A-Z]+_[A-Z_]+\b/

/** Texts in small print, which help who searches for a technical name, by their place in the messages. */
const SMALL_PRINT = new Set(['refusals.settingFine'])

/** Every text of a language by its place; those with parts are written with a number in each. */
function textsOf(words: object, place = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, text]): [string, string][] => {
    const here = place === '' ? name : `${place}.${name}`
    if (typeof text === 'string') return [[here, text]]
    if (typeof text === 'function') return [2, 1].map((some) => [here, text(some, some, some, some)])
    return textsOf(text, here)
  })
}

const strangeIn = (words: object, strange: RegExp) =>
  textsOf(words).filter(
    ([place, text]) => !SMALL_PRINT.has(place) && (strange.test(text) || SETTING.test(text)),
  )

describe('the console speaks to people who are no programmers', () => {
  test.each([
    ['English', en, STRANGE.en],
    ['Spanish', es, STRANGE.es],
  ])('%s has no word that only programmers know, but for small print', (_, words, strange) => {
    expect(strangeIn(words, strange)).toEqual([])
  })

  test('such a word is found wherever it stands', () => {
    const words = {
      a: { b: (name: string) => `The Edge of ${name}` },
      c: 'Set ALLOWED_ORIGINS',
      d: 'knowledge',
    }
    expect(strangeIn(words, STRANGE.en).map(([place]) => place)).toEqual(['a.b', 'a.b', 'c'])
  })

  test('what is excepted as small print is there', () => {
    const places = new Set(textsOf(en).map(([place]) => place))
    expect([...SMALL_PRINT].filter((place) => !places.has(place))).toEqual([])
  })
})
