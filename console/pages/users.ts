import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import type { EffectiveBy, LinkedUser } from '../../client/api-types.ts'
import type { Page } from '../../client/pages.ts'
import { lifeOf } from '../biuwer-tokens/life-in-words.ts'
import { Deed } from '../deed.ts'
import { download } from '../download.ts'
import { PageElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { date, number } from '../formats.ts'
import { given } from '../given-text.ts'
import { usersAsCsv } from '../import/given-out.ts'
import type { ConfirmDialog } from '../parts/confirm-dialog.ts'
import { keepFocus } from '../parts/dialog-element.ts'
import { lifeLine } from '../parts/life-line.ts'
import { loaded } from '../parts/loaded.ts'
import { pager } from '../parts/pager.ts'
import { problem } from '../parts/problem.ts'
import { NEEDS, type Need } from '../permission.ts'
import { go, href } from '../route.ts'
import '../parts/confirm-dialog.ts'
import '../parts/effect-note.ts'
import '../parts/link-user.ts'
import '../parts/needs-role.ts'
import '../parts/search-field.ts'

const LIMIT = 25
/** How Biuwer tokens may stand that somebody looks for. */
const ENDS = ['ending', 'expired', 'failing'] as const
type Ends = (typeof ENDS)[number]

export class UsersPage extends PageElement {
  static override properties = {
    linking: { state: true },
    unlinking: { state: true },
    signingOut: { state: true },
    done: { state: true },
    exported: { state: true },
  }
  /** Whom the dialog links; null: a user whom the person names in it; undefined: it is closed. */
  declare linking: LinkedUser | null | undefined
  declare unlinking: LinkedUser | undefined
  /** Who is to be signed out; null: everybody. */
  declare signingOut: LinkedUser | null | undefined
  declare done: { text: string; effect: EffectiveBy | undefined } | undefined
  /** How many users the export under way has so far. */
  declare exported: number | undefined
  readonly #deed = new Deed(this)

  #list = new Task(this, {
    args: () => [this.route.query.prefix, this.#ends(), this.route.query.cursor] as const,
    task: async ([prefix, biuwerToken, cursor], { signal }) => {
      const filter = {
        ...(prefix && { prefix }),
        ...(biuwerToken && { biuwerToken }),
        ...(cursor && { cursor }),
      }
      const page = await this.session.ask(
        (edge) => edge.users.page({ ...filter, limit: LIMIT }, { signal }),
        signal,
      )
      return { ...page, begins: await this.#beginnings(page.items, signal) }
    },
  })

  /** How the Biuwer tokens stand of the users that the address asks for; undefined: all users. */
  #ends(): Ends | undefined {
    return ENDS.find((ends) => ends === this.route.query.biuwer)
  }

  /** When the first Biuwer token begins of users none of whose is valid yet, by user. */
  async #beginnings(users: readonly LinkedUser[], signal: AbortSignal): Promise<Map<string, string>> {
    const pending = users.filter(({ biuwer_token_status }) => biuwer_token_status === 'pending')
    const begins = pending.map(async ({ user }): Promise<[string, string][]> => {
      const tokens = await this.session.ask((edge) => edge.users.biuwerTokens(user, { signal }), signal)
      const [first] = tokens
        .filter(({ status }) => status === 'pending')
        .map(({ from }) => from)
        .sort()
      return first === undefined ? [] : [[user, first]]
    })
    return new Map((await Promise.all(begins)).flat())
  }

  protected override render(): TemplateResult {
    const { users } = this.words
    const exported = this.exported
    const mayManage = this.session.may(NEEDS.manage)
    return html`
      <header class="page-head">
        <h1 tabindex="-1">${users.title}</h1>
        <span class="row" role="group" aria-label=${users.actions} aria-describedby="users-needs">
          <wa-button variant="brand" ?disabled=${!mayManage} @click=${() => this.#openLinking(null)}>
            <wa-icon slot="start" name="plus"></wa-icon>${users.link}
          </wa-button>
          <wa-button appearance="outlined" ?disabled=${!mayManage} href=${mayManage ? href(['import']) : nothing}>
            <wa-icon slot="start" name="upload"></wa-icon>${users.import}
          </wa-button>
          <wa-button appearance="outlined" ?loading=${exported !== undefined} @click=${this.#exportAll}>
            <wa-icon slot="start" name="download"></wa-icon>${users.export}
          </wa-button>
          <wa-button appearance="outlined" variant="danger" ?disabled=${!this.session.may(NEEDS.manageAll)} @click=${() => this.#openSigningOut(null)}>
            <wa-icon slot="start" name="log-out"></wa-icon>${users.signOutAll}
          </wa-button>
        </span>
      </header>
      <needs-role id="users-needs" .deeds=${this.#deeds()}></needs-role>
      <p>${users.text}</p>
      ${exported === undefined ? nothing : html`<p role="status">${users.exporting(exported)}</p>`}
      ${this.#doneNote()} ${this.#deed.error ? problem(this.words, this.#deed.error) : nothing}
      <form class="row" role="search" @submit=${(event: Event) => event.preventDefault()}>
        <search-field
          class="grows"
          .label=${users.search}
          .text=${this.route.query.prefix ?? ''}
          @search=${(event: CustomEvent<string>) => this.#narrow({ prefix: event.detail })}
        ></search-field>
        <wa-select label=${users.biuwerTokens} .value=${this.#ends() ?? 'all'} @change=${this.#chooseEnds}>
          <wa-option value="all">${users.ends.all}</wa-option>
          ${ENDS.map((ends) => html`<wa-option value=${ends}>${users.ends[ends]}</wa-option>`)}
        </wa-select>
      </form>
      ${loaded(
        this.words,
        this.#list,
        ({ items, begins, next_cursor }) => html`
          ${
            items.length === 0
              ? html`<p class="empty" role="status">${Object.keys(this.route.query).length > 0 ? users.empty : users.emptyAtAll}</p>`
              : this.#table(items, begins)
          }
          ${pager(this.words, this.route, next_cursor)}
        `,
        ({ items, begins }) => this.#table(items, begins),
      )}
      ${this.#dialogs()}
    `
  }

  #deeds(): [string, Need][] {
    const { users } = this.words
    const managed = [users.link, users.import, users.relink, users.signOut, users.unlink]
    return [
      ...managed.map((name): [string, Need] => [name, NEEDS.manage]),
      [users.signOutAll, NEEDS.manageAll],
      [users.newToken, NEEDS.issue],
    ]
  }

  #doneNote(): TemplateResult | typeof nothing {
    if (!this.done) return nothing
    const { text, effect } = this.done
    return effect
      ? html`<effect-note .text=${text} .effect=${effect}></effect-note>`
      : html`<wa-callout variant="success">
          <wa-icon slot="icon" name="circle-check"></wa-icon><span role="status">${text}</span>
        </wa-callout>`
  }

  #table(items: readonly LinkedUser[], begins: ReadonlyMap<string, string>): TemplateResult {
    const { users } = this.words
    const mayManage = this.session.may(NEEDS.manage)
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col" class="who">${users.user}</th>
            <th scope="col">${users.biuwerTokens}</th>
            <th scope="col">${users.liveTokens}</th>
            <th scope="col">${users.linkedAt}</th>
            <th scope="col">${users.actions}</th>
          </tr>
        </thead>
        <tbody>
          ${items.map((item) =>
            keyed(
              item.user,
              html`
              <tr>
                <td data-label=${users.user}><a href=${href(['users', item.user])}>${given(item.user)}</a></td>
                <td data-label=${users.biuwerTokens}>${lifeLine(lifeOf(this.words, item, begins.get(item.user)))}</td>
                <td data-label=${users.liveTokens}>
                  <a href=${href(['tokens'], { user: item.user })}>${number(item.live_tokens)}</a>
                </td>
                <td data-label=${users.linkedAt}>${date(item.linked_at)}</td>
                <td data-label=${users.actions}>
                  <span class="row" role="group" aria-label=${item.user} aria-describedby="users-needs">
                    <wa-button size="s" appearance="outlined" ?disabled=${!mayManage} href=${mayManage ? href(['new-token'], { user: item.user }) : nothing}>${users.newToken}</wa-button>
                    <wa-button size="s" appearance="outlined" ?disabled=${!mayManage} @click=${() => this.#openLinking(item)}>${users.relink}</wa-button>
                    <wa-button size="s" appearance="outlined" variant="danger" ?disabled=${!mayManage} @click=${() => this.#openSigningOut(item)}>${users.signOut}</wa-button>
                    <wa-button size="s" appearance="outlined" variant="danger" ?disabled=${!mayManage} @click=${() => this.#openUnlinking(item)}>${users.unlink}</wa-button>
                  </span>
                </td>
              </tr>
            `,
            ),
          )}
        </tbody>
      </table>
    `
  }

  #dialogs(): TemplateResult {
    const { users } = this.words
    const { unlinking, linking, signingOut } = this
    return html`
      ${
        linking === undefined
          ? nothing
          : html`<link-user
              .user=${linking}
              @linked=${(event: CustomEvent<{ text: string; effect: EffectiveBy | undefined }>) => {
                this.done = event.detail
                void this.#reload()
              }}
              @close=${() => {
                this.linking = undefined
              }}
            ></link-user>`
      }
      ${
        unlinking === undefined
          ? nothing
          : html`<confirm-dialog
              .label=${users.unlinkTitle(unlinking.user)}
              .action=${users.unlink}
              .dangerous=${true}
              .busy=${this.#deed.isBusy}
              .content=${html`<p>${users.unlinkText(unlinking.live_tokens)}</p>`}
              @confirm=${({ currentTarget }: Event) => this.#unlink(unlinking, currentTarget as ConfirmDialog)}
              @close=${() => {
                this.unlinking = undefined
              }}
            ></confirm-dialog>`
      }
      ${
        signingOut === undefined
          ? nothing
          : html`<confirm-dialog
              .label=${users.signOutTitle(signingOut?.user)}
              .action=${signingOut ? users.signOut : users.signOutAll}
              .dangerous=${true}
              .busy=${this.#deed.isBusy}
              .content=${html`<p>${users.signOutText}</p>`}
              @confirm=${({ currentTarget }: Event) => this.#signOut(signingOut, currentTarget as ConfirmDialog)}
              @close=${() => {
                this.signingOut = undefined
              }}
            ></confirm-dialog>`
      }
    `
  }

  #openLinking(user: LinkedUser | null): void {
    this.#deed.dismissError()
    this.linking = user
  }

  /** Asks the edge how many tokens end with the user: the list may be old. */
  #openUnlinking({ user }: LinkedUser): void {
    void this.#deed.run(async () => {
      this.unlinking = await this.session.ask((edge) => edge.users.get(user))
    })
  }

  async #unlink({ user }: LinkedUser, dialog: ConfirmDialog): Promise<void> {
    await this.#deed.run(async () => {
      const { effective_by } = await this.session.ask((edge) => edge.users.unlink(user))
      this.done = { text: this.words.users.unlinked(user), effect: effective_by }
    })
    dialog.hide()
    await this.#reload()
  }

  #openSigningOut(user: LinkedUser | null): void {
    this.#deed.dismissError()
    this.signingOut = user
  }

  async #signOut(whom: LinkedUser | null, dialog: ConfirmDialog): Promise<void> {
    await this.#deed.run(async () => {
      const { effective_by } = await this.session.ask<{ effective_by: EffectiveBy }>((edge) =>
        whom ? edge.users.signOut(whom.user) : edge.signOut(),
      )
      this.done = { text: this.words.users.signedOut(whom?.user), effect: effective_by }
    })
    dialog.hide()
  }

  async #reload(): Promise<void> {
    await this.#list.run()
    await this.updateComplete
    // The row whose button opened the dialog may be gone.
    keepFocus()
  }

  #chooseEnds = (event: Event): void => {
    const biuwer = fieldValue(event)
    this.#narrow({ biuwer: biuwer === 'all' ? '' : biuwer })
  }

  /** Shows another list from its first page. Refining a name while typing makes one step of the history. */
  #narrow(change: { prefix?: string; biuwer?: string }): void {
    const { prefix, biuwer } = this.route.query
    const replace = change.prefix !== undefined && !!prefix && !!change.prefix
    go(href(['users'], { prefix, biuwer, ...change }), { replace })
  }

  #exportAll = (): void => {
    void this.#deed.run(async (signal) => {
      this.exported = 0
      try {
        download('biuwer-users.csv', usersAsCsv(await this.#allUsers(signal)))
      } finally {
        this.exported = undefined
      }
    })
  }

  async #allUsers(signal: AbortSignal): Promise<LinkedUser[]> {
    const all: LinkedUser[] = []
    let cursor: string | null = null
    do {
      const from = cursor
      const page: Page<LinkedUser> = await this.session.ask(
        (edge) => edge.users.page({ limit: 100, ...(from && { cursor: from }) }, { signal }),
        signal,
      )
      all.push(...page.items)
      cursor = page.next_cursor
      this.exported = all.length
    } while (cursor)
    return all
  }
}
customElements.define('users-page', UsersPage)
