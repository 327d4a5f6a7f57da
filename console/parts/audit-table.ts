import { html, nothing, type TemplateResult } from 'lit'
import type { AuditEntry } from '../../client/api-types.ts'
import { dateTime } from '../formats.ts'
import { given } from '../given-text.ts'
import { textOf, type Words } from '../messages/words.ts'
import { href } from '../route.ts'
import { idOf, named } from './named.ts'
import { thisKeyTag } from './status-badge.ts'

/**
 * Entries of the audit trail: what this edge did, and apart from it what backups told of others.
 * @param actor the name that the audit trail gives to the key that is signed in
 * @param target the id that all entries are about, where there is one: the table then has no column for it
 */
export function auditTable(
  words: Words,
  items: readonly AuditEntry[],
  actor: string | undefined,
  target?: string,
): TemplateResult {
  const own = items.filter(({ imported_at }) => imported_at === undefined)
  const imported = items.filter(({ imported_at }) => imported_at !== undefined)
  return html`
    ${own.length > 0 ? table(words, own, actor, target) : nothing}
    ${imported.length > 0 ? table(words, imported, undefined, target, words.audit.imported) : nothing}
  `
}

function table(
  words: Words,
  items: readonly AuditEntry[],
  actor: string | undefined,
  target: string | undefined,
  caption?: string,
): TemplateResult {
  const { audit } = words
  return html`
    <table class="stacks">
      ${caption === undefined ? nothing : html`<caption>${caption}</caption>`}
      <thead>
        <tr>
          <th scope="col">${audit.at}</th>
          <th scope="col">${audit.action}</th>
          ${target === undefined ? html`<th scope="col">${audit.target}</th>` : nothing}
          <th scope="col">${audit.actor}</th>
          <th scope="col">${audit.requestId}</th>
          ${caption === undefined ? nothing : html`<th scope="col">${audit.importedAt}</th>`}
        </tr>
      </thead>
      <tbody>
        ${items.map(
          (entry) => html`
            <tr>
              <td data-label=${audit.at}><time datetime=${entry.at}>${dateTime(entry.at)}</time></td>
              <td data-label=${audit.action}>${textOf(audit.actions, entry.action) ?? given(entry.action)}</td>
              ${target === undefined ? html`<td data-label=${audit.target}>${targetLink(words, entry)}</td>` : nothing}
              <td data-label=${audit.actor}>
                ${actorName(words, entry.actor)} ${entry.actor === actor ? thisKeyTag(words) : ''}
              </td>
              <td data-label=${audit.requestId}>${idOf(entry.request_id)}</td>
              ${
                entry.imported_at === undefined
                  ? nothing
                  : html`<td data-label=${audit.importedAt}><time datetime=${entry.imported_at}>${dateTime(entry.imported_at)}</time></td>`
              }
            </tr>
          `,
        )}
      </tbody>
    </table>
  `
}

/** Who acted: a key, which the trail names by its id and its name, or a root key, by the beginning of its digest. */
function actorName({ keys, biuwerTokens }: Words, actor: string): TemplateResult {
  const [, id = '', name = ''] = /^(key_\S+) (.*)$/s.exec(actor) ?? []
  if (name !== '') return named(name, id)
  if (/^[0-9a-f]{12}$/.test(actor)) return named(keys.root, actor)
  return actor === 'token source' ? html`${biuwerTokens.origins.source}` : given(actor)
}

function targetLink({ token, keys, signers }: Words, { action, target }: AuditEntry): TemplateResult {
  if (action.startsWith('token.'))
    return html`<a href=${href(['tokens', target])}>${named(token.title, target)}</a>`
  if (action.startsWith('signer.'))
    return html`<a href=${href(['signers', target])}>${named(signers.signer, target)}</a>`
  if (action.startsWith('key.')) return html`<a href=${href(['keys'])}>${named(keys.key, target)}</a>`
  if (action.startsWith('user.')) return html`<a href=${href(['users', target])}>${given(target)}</a>`
  return given(target)
}
