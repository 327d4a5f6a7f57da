import { html, type TemplateResult } from 'lit'

import type { TokenRecord } from '../../client/api-types.ts'
import type { Words } from '../messages/words.ts'

const VARIANTS = { active: 'success', pending: 'brand', expired: 'neutral', revoked: 'danger' } as const

export function statusBadge(words: Words, status: TokenRecord['status']): TemplateResult {
  return html`<wa-tag size="s" appearance="filled-outlined" variant=${VARIANTS[status]}>${words.status[status]}</wa-tag>`
}
