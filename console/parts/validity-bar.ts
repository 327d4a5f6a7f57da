import { html, nothing, svg, type TemplateResult } from 'lit'
import type { TokenRecord } from '../../client/api-types.ts'
import { date, relative } from '../formats.ts'
import type { Words } from '../messages/words.ts'

const WIDTH = 120
const HEIGHT = 10
const DAY = 86_400_000

/** When a token record is valid: a bar on an axis of time, and in words. */
export function validityBar(words: Words, record: TokenRecord, now = Date.now()): TemplateResult {
  const from = Date.parse(record.from)
  const to = record.to === null ? null : Date.parse(record.to)
  const end = record.revoked_at === null ? to : Math.min(Date.parse(record.revoked_at), to ?? Infinity)
  const first = Math.min(from, now)
  const last = Math.max(end ?? 0, now, from)
  // A margin on both sides keeps "now" and an open end visible.
  const margin = Math.max(DAY, (last - first) * 0.15)
  const xOf = (time: number) => (WIDTH * (time - first + margin)) / (last - first + 2 * margin)
  const left = xOf(from)
  const right = end === null ? WIDTH : xOf(Math.max(end, from))
  return html`
    <svg class="validity ${record.status}" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
      ${svg`<line class="axis" x1="0" x2=${WIDTH} y1="5" y2="5" />
      <rect class="span" x=${left} y="2.5" width=${Math.max(2, right - left)} height="5" rx="2.5" />
      <line class="now" x1=${xOf(now)} x2=${xOf(now)} y1="0" y2=${HEIGHT} />`}
    </svg>
    <span class="fine">${inWords(words, record, now)}</span>
  `
}

function inWords(words: Words, { from, to, revoked_at, status }: TokenRecord, now: number): unknown {
  const { validity } = words
  switch (status) {
    case 'revoked':
      return validity.revoked(relative(revoked_at ?? from, now))
    case 'expired':
      return validity.ended(relative(to ?? from, now))
    case 'pending':
      return html`${validity.from(date(from))}${to === null ? nothing : html` ${validity.until(date(to))}`}`
    case 'active':
      return to === null ? validity.forever : validity.until(date(to))
  }
}
