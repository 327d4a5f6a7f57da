import { html, type TemplateResult } from 'lit'
import type { Words } from '../messages/words.ts'

const VARIANTS = { active: 'success', pending: 'brand', expired: 'neutral', revoked: 'danger' } as const

/** A status, by its name among those of what it is the status of. */
export function statusBadge<Status extends keyof typeof VARIANTS>(
  names: Readonly<Record<Status, string>>,
  status: Status,
): TemplateResult {
  return html`<wa-tag size="s" appearance="filled-outlined" variant=${VARIANTS[status]}>${names[status]}</wa-tag>`
}

/** Marks the key that is signed in, and what was done with it. */
export function thisKeyTag({ keys }: Words): TemplateResult {
  return html`<wa-tag size="s" appearance="outlined" variant="neutral">${keys.own}</wa-tag>`
}
