import { html, nothing, type TemplateResult } from 'lit'
import type { AuditEntry } from '../../client/api-types.ts'
import { dateTime } from '../formats.ts'
import type { Words } from '../language.ts'
import { href } from '../route.ts'

/**
 * @param actor the admin key that is signed in, as the audit names it
 * @param target what all of the entries are of, where it is known; it is then not repeated
 */
export function auditTable(
  words: Words,
  items: readonly AuditEntry[],
  actor: string | undefined,
  target?: string,
): TemplateResult {
  const { audit } = words
  const actions: Record<string, string> = audit.actions
  return html`
    <table class="stacks">
      <thead>
        <tr>
          <th scope="col">${audit.at}</th>
          <th scope="col">${audit.action}</th>
          ${target === undefined ? html`<th scope="col">${audit.target}</th>` : nothing}
          <th scope="col">${audit.actor}</th>
          <th scope="col">${audit.requestId}</th>
        </tr>
      </thead>
      <tbody>
        ${items.map(
          (entry) => html`
            <tr>
              <td data-label=${audit.at}><time datetime=${entry.at}>${dateTime(entry.at)}</time></td>
              <td data-label=${audit.action}>${actions[entry.action] ?? entry.action}</td>
              ${target === undefined ? html`<td data-label=${audit.target}>${targetLink(entry)}</td>` : nothing}
              <td data-label=${audit.actor}>
                <code>${entry.actor}</code> ${entry.actor === actor ? html`<wa-tag size="s" appearance="outlined" variant="neutral">${audit.you}</wa-tag>` : ''}
              </td>
              <td data-label=${audit.requestId}><code class="long">${entry.request_id}</code></td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `
}

function targetLink({ action, target }: AuditEntry): TemplateResult {
  if (action.startsWith('token.')) return html`<a href=${href(['tokens', target])}><code>${target}</code></a>`
  if (action.startsWith('user.')) return html`<a href=${href(['users'], { prefix: target })}>${target}</a>`
  return html`${target}`
}
