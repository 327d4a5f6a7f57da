import { html, type TemplateResult } from 'lit'
import type { CurrentKey } from '../../client/api-types.ts'
import type { Words } from '../messages/words.ts'
import { betterKey, type Need } from '../permission.ts'

/** What stands on a page that the key may not use: which key would do. */
export function pageNotForKey(words: Words, name: string, need: Need, key: CurrentKey): TemplateResult {
  return html`
    <h1 tabindex="-1">${name}</h1>
    <wa-callout variant="neutral">
      <wa-icon slot="icon" name="info"></wa-icon>${words.needs.page(betterKey(words, need, key))}
    </wa-callout>
  `
}
