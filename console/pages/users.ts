import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { EffectiveBy, LinkedUser } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { download } from '../download.ts'
import { PageElement } from '../element.ts'
import { typed } from '../field-values.ts'
import { date, number } from '../formats.ts'
import { usersAsCsv } from '../import/mapping-table.ts'
import { pager } from '../parts/pager.ts'
import { problem } from '../parts/problem.ts'
import { go, href } from '../route.ts'
import '../parts/confirm-dialog.ts'
import '../parts/effect-note.ts'
import '../parts/link-user.ts'

const LIMIT = 25
const PAUSE = 300

export class UsersPage extends PageElement {
  static override properties = {
    ...PageElement.properties,
    linking: { state: true },
    unlinking: { state: true },
    done: { state: true },
    error: { state: true },
    busy: { state: true },
    exported: { state: true },
  }
  /** Whose Biuwer token is asked for; null: of a user yet to be named. */
  declare linking: LinkedUser | null | undefined
  declare unlinking: LinkedUser | undefined
  declare done: { text: string; effect: EffectiveBy | undefined } | undefined
  declare error: unknown
  declare busy: boolean
  /** How many users an export has so far; undefined: none is under way. */
  declare exported: number | undefined
  #pause: ReturnType<typeof setTimeout> | undefined
  #export: AbortController | undefined

  #list = new Task(this, {
    args: () => [this.route.query.prefix, this.route.query.cursor] as const,
    task: ([prefix, cursor], { signal }) =>
      this.session.ask(
        (edge) =>
          edge.users.page({ ...(prefix && { prefix }), ...(cursor && { cursor }), limit: LIMIT }, { signal }),
        signal,
      ),
  })

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#pause)
    this.#export?.abort()
  }

  protected override render(): TemplateResult {
    const { users } = this.words
    const exported = this.exported
    return html`
      <header class="page-head">
        <h1 tabindex="-1">${users.title}</h1>
        <span class="row">
          <wa-button variant="brand" @click=${() => this.#link(null)}>
            <wa-icon slot="start" name="plus"></wa-icon>${users.link}
          </wa-button>
          <wa-button appearance="outlined" href=${href(['import'])}>
            <wa-icon slot="start" name="upload"></wa-icon>${users.import}
          </wa-button>
          <wa-button appearance="outlined" ?loading=${exported !== undefined} @click=${this.#exportAll}>
            <wa-icon slot="start" name="download"></wa-icon>${users.export}
          </wa-button>
        </span>
      </header>
      <p>${users.text}</p>
      ${exported === undefined ? nothing : html`<p role="status">${users.exporting(number(exported))}</p>`}
      ${this.#doneNote()} ${this.error ? problem(this.words, this.error) : nothing}
      <form class="row" role="search" @submit=${(event: Event) => event.preventDefault()}>
        <wa-input
          class="grows"
          type="search"
          label=${users.search}
          with-clear
          autocomplete="off"
          spellcheck="false"
          .value=${this.route.query.prefix ?? ''}
          @input=${this.#search}
          @wa-clear=${() => go(href(['users']))}
        >
          <wa-icon slot="start" name="search"></wa-icon>
        </wa-input>
      </form>
      ${this.#list.render({
        pending: () =>
          this.#list.value
            ? this.#table(this.#list.value.items)
            : html`<p role="status">${this.words.loading}</p>`,
        error: (error) => problem(this.words, error, () => this.#list.run()),
        complete: ({ items, next_cursor }) => html`
          ${
            items.length === 0
              ? html`<p class="empty" role="status">${this.route.query.prefix ? users.empty : users.emptyAtAll}</p>`
              : this.#table(items)
          }
          ${pager(this.words, this.route, next_cursor)}
        `,
      })}
      ${this.#dialogs()}
    `
  }

  #doneNote(): TemplateResult | typeof nothing {
    if (!this.done) return nothing
    const { text, effect } = this.done
    return effect
      ? html`<effect-note .words=${this.words} .text=${text} .effect=${effect}></effect-note>`
      : html`<wa-callout variant="success">
          <wa-icon slot="icon" name="circle-check"></wa-icon><span role="status">${text}</span>
        </wa-callout>`
  }

  #table(items: readonly LinkedUser[]): TemplateResult {
    const { users } = this.words
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${users.user}</th>
            <th scope="col">${users.liveTokens}</th>
            <th scope="col">${users.linkedAt}</th>
            <th scope="col">${users.updatedAt}</th>
            <th scope="col">${users.actions}</th>
          </tr>
        </thead>
        <tbody>
          ${items.map(
            (item) => html`
              <tr>
                <td data-label=${users.user}>${item.user}</td>
                <td data-label=${users.liveTokens}>
                  <a href=${href(['tokens'], { user: item.user })}>${number(item.live_tokens)}</a>
                </td>
                <td data-label=${users.linkedAt}>${date(item.linked_at)}</td>
                <td data-label=${users.updatedAt}>${date(item.updated_at)}</td>
                <td data-label=${users.actions}>
                  <span class="row" role="group" aria-label=${item.user}>
                    <wa-button size="s" appearance="outlined" href=${href(['new-token'], { user: item.user })}>${users.newToken}</wa-button>
                    <wa-button size="s" appearance="outlined" @click=${() => this.#link(item)}>${users.relink}</wa-button>
                    <wa-button size="s" appearance="outlined" variant="danger" @click=${() => this.#askUnlink(item)}>${users.unlink}</wa-button>
                  </span>
                </td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `
  }

  #dialogs(): TemplateResult {
    const { users } = this.words
    const { unlinking, linking } = this
    return html`
      ${
        linking === undefined
          ? nothing
          : html`<link-user
              .session=${this.session}
              .words=${this.words}
              .user=${linking}
              @linked=${(event: CustomEvent<{ text: string; effect: EffectiveBy | undefined }>) => {
                this.done = event.detail
                void this.#list.run()
              }}
              @close=${() => {
                this.linking = undefined
              }}
            ></link-user>`
      }
      <confirm-dialog
        .words=${this.words}
        .label=${users.unlinkTitle(unlinking?.user ?? '')}
        .action=${users.unlink}
        .dangerous=${true}
        .open=${unlinking !== undefined}
        .busy=${this.busy}
        .content=${html`<p>${users.unlinkText(unlinking?.live_tokens ?? 0)}</p>`}
        @confirm=${this.#unlink}
        @close=${() => {
          this.unlinking = undefined
        }}
      ></confirm-dialog>
    `
  }

  #link(user: LinkedUser | null): void {
    this.error = undefined
    this.linking = user
  }

  /** The list may be old: how much goes with the user is asked anew before it is said. */
  async #askUnlink({ user }: LinkedUser): Promise<void> {
    await this.#run(async () => {
      this.unlinking = await this.session.ask((edge) => edge.users.get(user))
    })
  }

  #unlink = async (): Promise<void> => {
    const user = this.unlinking?.user
    if (user === undefined) return
    await this.#run(async () => {
      const { effective_by } = await this.session.ask((edge) => edge.users.unlink(user))
      this.done = { text: this.words.users.unlinked(user), effect: effective_by }
    })
    this.unlinking = undefined
    void this.#list.run()
  }

  #search = (event: Event): void => {
    const prefix = typed(event).trim()
    clearTimeout(this.#pause)
    const replace = !!this.route.query.prefix && !!prefix
    this.#pause = setTimeout(() => go(href(['users'], { prefix }), { replace }), PAUSE)
  }

  #exportAll = async (): Promise<void> => {
    const control = new AbortController()
    this.#export = control
    await this.#run(async () => {
      const all: LinkedUser[] = []
      let cursor: string | null | undefined
      this.exported = 0
      try {
        do {
          const from = cursor
          const page = await this.session.ask(
            (edge) =>
              edge.users.page({ limit: 100, ...(from && { cursor: from }) }, { signal: control.signal }),
            control.signal,
          )
          all.push(...page.items)
          cursor = page.next_cursor
          this.exported = all.length
        } while (cursor)
        download('biuwer-users.csv', usersAsCsv(all))
      } finally {
        this.exported = undefined
      }
    })
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.error = undefined
    try {
      await work()
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return
      if (!(error instanceof EdgeError)) throw error
      this.error = error
    } finally {
      this.busy = false
    }
  }
}
customElements.define('users-page', UsersPage)
