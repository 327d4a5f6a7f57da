import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import { PageElement } from '../element.ts'
import { given } from '../given-text.ts'
import { auditTable } from '../parts/audit-table.ts'
import { loaded } from '../parts/loaded.ts'
import { pager } from '../parts/pager.ts'
import { href } from '../route.ts'

const LIMIT = 50

export class AuditPage extends PageElement {
  #list = new Task(this, {
    args: () => [this.route.query.target, this.route.query.cursor] as const,
    task: ([target, cursor], { signal }) =>
      this.session.ask(
        (edge) =>
          edge.audit.page({ ...(target && { target }), ...(cursor && { cursor }), limit: LIMIT }, { signal }),
        signal,
      ),
  })

  protected override render(): TemplateResult {
    const { audit } = this.words
    const { target } = this.route.query
    return html`
      <h1 tabindex="-1">${audit.title}</h1>
      <p>${audit.text}</p>
      ${
        target
          ? html`<p class="chosen">
              ${audit.target} <code>${given(target)}</code>
              <wa-button size="s" appearance="outlined" href=${href(['audit'])}>${audit.all}</wa-button>
            </p>`
          : nothing
      }
      ${loaded(
        this.words,
        this.#list,
        ({ items, next_cursor }) => html`
          ${
            items.length === 0
              ? html`<p class="empty" role="status">${audit.empty}</p>`
              : auditTable(this.words, items, this.session.deployment?.actor)
          }
          ${pager(this.words, this.route, next_cursor)}
        `,
      )}
    `
  }
}
customElements.define('audit-page', AuditPage)
