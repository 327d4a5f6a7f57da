import { Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import type { BiuwerToken, EffectiveBy, LinkedUser, UpdatedUser } from '../../client/api-types.ts'
import { endInWords, gapIn, isNeverReplaced, lifeOf, tokenLife } from '../biuwer-tokens/life-in-words.ts'
import { Deed } from '../deed.ts'
import { ConsoleElement } from '../element.ts'
import { date, dateTime, duration, number } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import type { ConfirmDialog } from '../parts/confirm-dialog.ts'
import { keepFocus } from '../parts/dialog-element.ts'
import { lifeLine } from '../parts/life-line.ts'
import { loaded } from '../parts/loaded.ts'
import { idOf } from '../parts/named.ts'
import { problem } from '../parts/problem.ts'
import { statusBadge } from '../parts/status-badge.ts'
import { NEEDS } from '../permission.ts'
import { href } from '../route.ts'
import '../parts/add-biuwer-token.ts'
import '../parts/change-refresh.ts'
import '../parts/confirm-dialog.ts'
import '../parts/effect-note.ts'
import '../parts/link-user.ts'
import '../parts/needs-role.ts'

/** What the page shows. */
interface Shown {
  user: LinkedUser
  tokens: BiuwerToken[]
}

/** An open dialog, with what was shown when the person opened it. */
type Dialog =
  | { kind: 'refresh' | 'replace'; user: LinkedUser }
  | { kind: 'add'; lastEnd: string | undefined }
  | { kind: 'delete'; token: BiuwerToken; others: BiuwerToken[] }

/** One user with the Biuwer tokens. The page stays with its user, whatever the address says by then. */
export class UserPage extends ConsoleElement {
  static override properties = {
    user: { attribute: false },
    dialog: { state: true },
    done: { state: true },
  }
  declare user: string
  declare dialog: Dialog | undefined
  declare done: { text: string; effect: EffectiveBy | undefined } | undefined
  readonly #deed = new Deed(this)

  #shown = new Task(this, {
    args: () => [this.user] as const,
    task: async ([name], { signal }): Promise<Shown> => {
      const [user, tokens] = await Promise.all([
        this.session.ask((edge) => edge.users.get(name, { signal }), signal),
        this.session.ask((edge) => edge.users.biuwerTokens(name, { signal }), signal),
      ])
      return { user, tokens }
    },
  })

  protected override render(): TemplateResult {
    const { users } = this.words
    return html`
      <nav><a href=${href(['users'])}>${users.title}</a></nav>
      <h1 tabindex="-1">${given(this.user)}</h1>
      ${this.#doneNote()} ${this.#deed.error ? problem(this.words, this.#deed.error) : nothing}
      ${loaded(this.words, this.#shown, this.#show, this.#show)}
      ${this.dialog ? this.#dialogOf(this.dialog) : nothing}
    `
  }

  #show = (shown: Shown): TemplateResult => {
    const { users, biuwerTokens: words } = this.words
    const { user, tokens } = shown
    const mayManage = this.session.may(NEEDS.manage)
    return html`
      <div class="row" role="group" aria-label=${users.actions} aria-describedby="user-needs">
        ${
          user.biuwer_refresh === 'session'
            ? nothing
            : html`<wa-button variant="brand" ?disabled=${!mayManage} @click=${() => this.#openAdding(tokens)}>
                <wa-icon slot="start" name="plus"></wa-icon>${words.add}
              </wa-button>
              <wa-button appearance="outlined" ?disabled=${!mayManage} @click=${() => this.#open({ kind: 'replace', user })}>
                <wa-icon slot="start" name="rotate-cw"></wa-icon>${words.replaceAll}
              </wa-button>`
        }
      </div>
      <needs-role
        id="user-needs"
        .deeds=${[words.add, words.replaceAll, words.delete, words.refresh.change].map((name) => [name, NEEDS.manage])}
      ></needs-role>
      ${this.#warning(shown)}
      <h2>${words.table}</h2>
      ${tokens.length === 0 ? html`<p class="empty">${user.biuwer_refresh === 'session' ? words.noneKept : words.none}</p>` : this.#table(tokens)}
      <section class="grid">
        <wa-card>
          <h2>${words.refresh.title}</h2>
          <p><strong>${words.refresh.choices[user.biuwer_refresh]}.</strong> ${words.refresh.meanings[user.biuwer_refresh]}</p>
          <wa-button appearance="outlined" ?disabled=${!mayManage} @click=${() => this.#open({ kind: 'refresh', user })}>
            <wa-icon slot="start" name="pencil"></wa-icon>${words.refresh.change}
          </wa-button>
        </wa-card>
        <wa-card>
          <h2>${users.facts}</h2>
          <dl>
            <dt>${words.table}</dt>
            <dd>${lifeLine(lifeOf(this.words, user, beginningOf(tokens)))}</dd>
            <dt>${users.liveTokens}</dt>
            <dd><a href=${href(['tokens'], { user: user.user })}>${number(user.live_tokens)}</a></dd>
            <dt>${users.linkedAt}</dt>
            <dd>${date(user.linked_at)}</dd>
            <dt>${users.updatedAt}</dt>
            <dd>${date(user.updated_at)}</dd>
          </dl>
        </wa-card>
      </section>
    `
  }

  /** What somebody has to see to. */
  #warning({ user, tokens }: Shown): TemplateResult | typeof nothing {
    const { biuwerTokens: words } = this.words
    const failingSince = user.biuwer_refresh_failing_since
    if (failingSince !== null) return callout('danger', words.refresh.failing(dateTime(failingSince)))
    if (isNeverReplaced(user)) return callout('warning', words.refresh.endless)
    if (user.biuwer_refresh !== 'manual') return nothing
    const gap = gapIn(tokens)
    if (gap) return callout('warning', words.gap(dateTime(gap.from), dateTime(gap.to)))
    const { concern } = lifeOf(this.words, user, beginningOf(tokens))
    if (concern !== 'soon' || user.biuwer_token_ends === null) return nothing
    return callout('warning', words.lastEnds(endInWords(this.words, user.biuwer_token_ends)))
  }

  #table(tokens: readonly BiuwerToken[]): TemplateResult {
    const { users, biuwerTokens: words } = this.words
    const mayManage = this.session.may(NEEDS.manage)
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${words.validity}</th>
            <th scope="col">${words.state}</th>
            <th scope="col">${words.origin}</th>
            <th scope="col">${words.added}</th>
            <th scope="col">${users.actions}</th>
          </tr>
        </thead>
        <tbody>
          ${tokens.map((token) =>
            keyed(
              token.id,
              html`
              <tr>
                <td data-label=${words.validity}>
                  ${this.#interval(token)}
                  ${token.to === null && token.status === 'active' ? nothing : html`<span class="fine">${tokenLife(this.words, token)}</span>`}
                </td>
                <td data-label=${words.state}>${statusBadge(words.status, token.status)}</td>
                <td data-label=${words.origin}>${token.by_source ? words.origins.source : words.origins.person}</td>
                <td data-label=${words.added}>${date(token.added_at)} ${idOf(`${token.id.slice(0, 12)}…`)}</td>
                <td data-label=${users.actions}>
                  <span class="row" role="group" aria-label=${this.#interval(token)} aria-describedby="user-needs">
                    <wa-button size="s" appearance="outlined" variant="danger" ?disabled=${!mayManage} @click=${() => this.#openDeleting(token)}>${words.delete}</wa-button>
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

  #interval({ from, to }: Pick<BiuwerToken, 'from' | 'to'>): string {
    const { validity } = this.words
    const end = to === null ? validity.forever : validity.until(dateTime(to))
    return `${validity.from(dateTime(from))} ${end}`
  }

  #dialogOf(dialog: Dialog): TemplateResult {
    const { biuwerTokens: words } = this.words
    const close = () => {
      this.dialog = undefined
    }
    switch (dialog.kind) {
      case 'refresh':
        return html`<change-refresh
          .user=${dialog.user}
          @saved=${({ detail }: CustomEvent<UpdatedUser>) => {
            const how = words.replaced[detail.biuwer_refresh]
            this.#finish(words.refresh.changed(isolated(this.user), how), detail.effective_by)
          }}
          @close=${close}
        ></change-refresh>`
      case 'replace':
        return html`<link-user
          .user=${dialog.user}
          @linked=${({ detail }: CustomEvent<{ text: string; effect: EffectiveBy | undefined }>) =>
            this.#finish(detail.text, detail.effect)}
          @close=${close}
        ></link-user>`
      case 'add':
        return html`<add-biuwer-token
          .user=${this.user}
          .lastEnd=${dialog.lastEnd}
          @added=${() => this.#finish(words.addedNote(isolated(this.user)), undefined)}
          @close=${close}
        ></add-biuwer-token>`
      case 'delete':
        return html`<confirm-dialog
          .label=${words.deleteTitle(this.#interval(dialog.token), isolated(this.user))}
          .action=${words.delete}
          .dangerous=${true}
          .busy=${this.#deed.isBusy}
          .content=${html`<p>${this.#whatEnds(dialog.token, dialog.others)}</p>`}
          @confirm=${({ currentTarget }: Event) => this.#delete(dialog.token, currentTarget as ConfirmDialog)}
          @close=${close}
        ></confirm-dialog>`
    }
  }

  /** What ends with a Biuwer token. */
  #whatEnds({ status }: BiuwerToken, others: readonly BiuwerToken[]): string {
    const { biuwerTokens: words } = this.words
    if (status !== 'active') return words.deleteUnused
    const { deployment } = this.session
    const within = duration(deployment ? deployment.revocation_lease + deployment.session_check : 0)
    return others.some(({ status }) => status === 'active')
      ? words.deleteShown(within)
      : words.deleteLast(within)
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

  #open(dialog: Dialog): void {
    this.#deed.dismissError()
    this.dialog = dialog
  }

  #openAdding(tokens: readonly BiuwerToken[]): void {
    const ends = tokens.map(({ to }) => to)
    // One without an end is followed by none, so nothing is known of when the next one is to begin.
    const lastEnd = ends.includes(null) ? undefined : ends.sort().at(-1)
    const last = gapIn(tokens)?.from ?? lastEnd ?? undefined
    const isToCome = last !== undefined && Date.parse(last) > Date.now()
    this.#open({ kind: 'add', lastEnd: isToCome ? last : undefined })
  }

  /** Asks the edge which Biuwer tokens there are: what the page shows may be old. */
  #openDeleting(token: BiuwerToken): void {
    void this.#deed.run(async () => {
      const tokens = await this.session.ask((edge) => edge.users.biuwerTokens(this.user))
      const now = tokens.find(({ id }) => id === token.id)
      this.dialog = {
        kind: 'delete',
        token: now ?? token,
        others: tokens.filter(({ id }) => id !== token.id),
      }
    })
  }

  async #delete({ id }: BiuwerToken, dialog: ConfirmDialog): Promise<void> {
    await this.#deed.run(async () => {
      const { effective_by } = await this.session.ask((edge) => edge.users.deleteBiuwerToken(this.user, id))
      this.done = { text: this.words.biuwerTokens.deleted(isolated(this.user)), effect: effective_by }
    })
    dialog.hide()
    await this.#reload()
  }

  #finish(text: string, effect: EffectiveBy | undefined): void {
    this.done = { text, effect }
    void this.#reload()
  }

  async #reload(): Promise<void> {
    await this.#shown.run()
    await this.updateComplete
    // The row whose button opened the dialog may be gone.
    keepFocus()
  }
}
customElements.define('user-page', UserPage)

function callout(variant: 'warning' | 'danger', text: string): TemplateResult {
  return html`<wa-callout variant=${variant}>
    <wa-icon slot="icon" name="triangle-alert"></wa-icon><span role="status">${text}</span>
  </wa-callout>`
}

/** When the first Biuwer token begins that is not valid yet. */
function beginningOf(tokens: readonly BiuwerToken[]): string | undefined {
  return tokens
    .filter(({ status }) => status === 'pending')
    .map(({ from }) => from)
    .sort()[0]
}
