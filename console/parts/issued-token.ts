import { Task } from '@lit/task'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import type { IssuedToken } from '../../client/api-types.ts'
import { ConsoleElement } from '../element.ts'
import { dateTimeIn } from '../formats.ts'
import { VERSION } from '../version.ts'
import { toCopy } from './to-copy.ts'
import './token-preview.ts'

/** A token that was just given out: to copy, to paste into a page, to try. */
export class IssuedTokenCard extends ConsoleElement {
  static override properties = { issued: { attribute: false } }
  declare issued: IssuedToken

  #integrity = new Task(this, {
    args: () => [] as const,
    task: async (_, { signal }) => {
      const answer = await fetch(`/v${VERSION}/integrity.json`, { signal })
      if (!answer.ok) throw new Error(`no integrity.json of ${VERSION}`)
      const hashes: Record<string, string> = await answer.json()
      return hashes['biuwer-embed.js']
    },
  })

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    if (changed.has('issued')) this.querySelector<HTMLElement>('h2')?.focus()
  }

  protected override render(): TemplateResult {
    const { issued } = this.words
    const { token, token_expires_at, time_zone, id, resources } = this.issued
    return html`
      <wa-card class="issued">
        <h2 tabindex="-1">${issued.title}</h2>
        <wa-callout variant="warning">
          <wa-icon slot="icon" name="triangle-alert"></wa-icon>
          <p>${issued.once}</p>
          <p>${token_expires_at === null ? issued.endless : issued.ends(dateTimeIn(token_expires_at, time_zone))}</p>
        </wa-callout>
        ${toCopy(issued.title, issued.copyToken, token, 'token')}
        ${this.#integrity.render({
          complete: (integrity) => this.#snippet(integrity),
          error: () => html`${this.#snippet()}<p class="fine">${issued.noIntegrity}</p>`,
        })}
        <h3>${this.words.preview.title}</h3>
        <p>${this.words.preview.text}</p>
        <token-preview .recordId=${id} .resources=${resources}></token-preview>
      </wa-card>
    `
  }

  /** What to paste into a page. It waits for the script's hash: without it nobody would notice a script that was changed. */
  #snippet(hash?: string): TemplateResult {
    const { issued } = this.words
    const source = `${location.origin}/v${VERSION}/biuwer-embed.js`
    const integrity = hash ? ` crossorigin integrity="${hash}"` : ''
    const resource = this.issued.resources?.[0] ?? 'RESOURCE_ID'
    const snippet = `<script type="module" src="${source}"${integrity}></script>\n<biuwer-embed resource-id="${resource}" token="${this.issued.token}"></biuwer-embed>`
    return html`
      <h3>${issued.snippet}</h3>
      ${toCopy(issued.snippet, issued.copySnippet, snippet)}
      <p class="fine">${issued.snippetHint('{"token": "…"}', 'token-url')}</p>
    `
  }
}
customElements.define('issued-token', IssuedTokenCard)
