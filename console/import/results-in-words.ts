import { dateTime } from '../formats.ts'
import { textOf, type Words } from '../messages/words.ts'
import type { Outcome } from './import-run.ts'
import type { Mistake, Row } from './rows.ts'

/** What became of a row. */
export function resultOf({ import: words }: Words, row: Row, outcome: Outcome): string {
  if (outcome.state === 'known' && row.biuwerToken === undefined) return words.knownBySource
  return words.results[outcome.state]
}

/** Why a row was not sent, or was refused; empty for others. */
export function reasonOf(words: Words, row: Row, outcome: Outcome): string {
  if (row.mistake) return mistakeInWords(words, row.mistake)
  if (outcome.state !== 'failed') return ''
  const { code, detail } = outcome.error
  return textOf(words.import.refusals, code) ?? textOf(words.problems, code) ?? detail
}

/** When the Biuwer token of a row is valid, and how it is replaced. */
export function rowInterval(words: Words, { from, to, refresh }: Row): string {
  const { validity, biuwerTokens } = words
  const said = [
    from === undefined ? '' : validity.from(dateTime(from)),
    to === undefined ? '' : validity.until(dateTime(to)),
    refresh === undefined ? '' : biuwerTokens.replaced[refresh],
  ]
  return said.filter(Boolean).join(' · ')
}

function mistakeInWords({ import: { mistakes } }: Words, mistake: Mistake): string {
  return mistake.kind === 'repeated' ? mistakes.repeated(mistake.line) : mistakes[mistake.kind]
}
