import { Task } from '@lit/task'
import { calculateJwkThumbprint } from 'jose'
import { html, nothing, type TemplateResult } from 'lit'
import type { ChangedSigner, EffectiveBy, PublicKey, Signer } from '../../client/api-types.ts'
import type { EdgeError } from '../../client/edge-error.ts'
import { MOST_SIGNER_KEYS } from '../../worker/policy/bounds.ts'
import { effectOf } from '../../worker/policy/effect.ts'
import { Deed } from '../deed.ts'
import { ConsoleElement } from '../element.ts'
import { dateTime, duration, listed, relative } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import { textOf } from '../messages/words.ts'
import type { AddedKeys } from '../parts/add-signer-key.ts'
import type { ConfirmDialog } from '../parts/confirm-dialog.ts'
import { keepFocus } from '../parts/dialog-element.ts'
import { loaded } from '../parts/loaded.ts'
import { moment } from '../parts/moment.ts'
import { idOf } from '../parts/named.ts'
import { problemOfChange } from '../parts/problem.ts'
import { statusBadge } from '../parts/status-badge.ts'
import { NEEDS } from '../permission.ts'
import { href } from '../route.ts'
import { scopeInWords } from '../signers/scope-in-words.ts'
import '../parts/add-signer-key.ts'
import '../parts/confirm-dialog.ts'
import '../parts/edit-signer.ts'
import '../parts/effect-note.ts'
import '../parts/explain-form.ts'
import '../parts/needs-role.ts'
import '../parts/sign-snippet.ts'
import '../parts/token-preview.ts'

/** An open dialog, with the signer as it was shown when the person opened it. */
type Dialog = { signer: Signer } & ({ kind: 'edit' | 'add' | 'delete' } | { kind: 'take'; kid: string })

interface Shown {
  signer: Signer
  /** Of each key, in their order. */
  thumbprints: string[]
}

/** One signer. The page stays with its signer, whatever the address says by then. */
export class SignerPage extends ConsoleElement {
  static override properties = {
    signerId: { attribute: false },
    dialog: { state: true },
    done: { state: true },
    stale: { state: true },
  }
  declare signerId: string
  declare dialog: Dialog | undefined
  declare done: { text: string; effect: EffectiveBy } | undefined
  /** The refusal of keys that were to be added to a signer that somebody else had changed. */
  declare stale: EdgeError | undefined
  readonly #deed = new Deed(this)

  #signer = new Task(this, {
    args: () => [this.signerId] as const,
    task: async ([id], { signal }): Promise<Shown> => {
      const signer = await this.session.ask((edge) => edge.signers.get(id, { signal }), signal)
      const thumbprints = await Promise.all(signer.keys.keys.map((key) => calculateJwkThumbprint({ ...key })))
      return { signer, thumbprints }
    },
  })

  protected override render(): TemplateResult {
    const { signers } = this.words
    const signer = this.#signer.value?.signer
    return html`
      <nav><a href=${href(['signers'])}>${signers.title}</a></nav>
      <header class="page-head">
        <h1 tabindex="-1">${signer ? given(signer.name) : signers.signer}</h1>
        ${signer ? statusBadge(signers.statuses, signer.status) : nothing}
      </header>
      <p>${idOf(this.signerId)}</p>
      ${this.done ? html`<effect-note .text=${this.done.text} .effect=${this.done.effect}></effect-note>` : nothing}
      ${this.#failure(this.#deed.error ?? this.stale)}
      ${loaded(this.words, this.#signer, this.#show, this.#show)}
    `
  }

  #failure(error: EdgeError | undefined): TemplateResult | typeof nothing {
    if (!error) return nothing
    const { lost, changedMeanwhile } = this.words.signers
    return html`
      ${problemOfChange(this.words, error, lost)}
      ${error.code === 'precondition_failed' ? html`<p>${changedMeanwhile}</p>` : nothing}
    `
  }

  #show = ({ signer, thumbprints }: Shown): TemplateResult => {
    const { signers } = this.words
    const isActive = signer.status === 'active'
    return html`
      ${isActive ? this.#actions(signer) : html`<p>${signers.deleted(relative(signer.revoked_at ?? ''))}</p>`}
      <wa-card>
        <h2>${signers.facts}</h2>
        ${scopeInWords(this.words, signer).map((sentence) => html`<p>${sentence}</p>`)}
        ${this.#facts(signer)}
      </wa-card>
      <wa-card>
        <h2>${signers.keys.title}</h2>
        <p>${signers.keys.text}</p>
        ${this.#keys(signer, thumbprints)}
      </wa-card>
      ${isActive ? html`<wa-card><sign-snippet .signer=${signer}></sign-snippet></wa-card>` : nothing}
      <wa-card>
        <h2>${signers.explain.title}</h2>
        <p>${signers.explain.text}</p>
        <explain-form></explain-form>
      </wa-card>
      ${
        isActive
          ? html`<wa-card>
              <h2>${signers.preview.title}</h2>
              <p>${signers.preview.text}</p>
              <token-preview .signerId=${signer.id} .resources=${signer.resources}></token-preview>
            </wa-card>`
          : nothing
      }
      ${this.dialog ? this.#openedDialog(this.dialog) : nothing}
    `
  }

  #actions(signer: Signer): TemplateResult {
    const { signers } = this.words
    const mayChange = this.session.may(NEEDS.changeSigners)
    const isFull = signer.keys.keys.length >= MOST_SIGNER_KEYS
    const names = [
      signers.edit.action,
      signers.keys.add,
      ...(signer.keys.keys.length > 1 ? [signers.keys.take] : []),
      signers.remove.action,
    ]
    return html`
      <div class="row" role="group" aria-label=${this.words.users.actions} aria-describedby="signer-needs">
        <wa-button appearance="outlined" ?disabled=${!mayChange} @click=${() => this.#openDialog({ kind: 'edit', signer })}>
          <wa-icon slot="start" name="pencil"></wa-icon>${signers.edit.action}
        </wa-button>
        <wa-button appearance="outlined" ?disabled=${!mayChange || isFull} @click=${() => this.#openDialog({ kind: 'add', signer })}>
          <wa-icon slot="start" name="plus"></wa-icon>${signers.keys.add}
        </wa-button>
        <wa-button
          variant="danger"
          appearance="outlined"
          ?disabled=${!mayChange}
          @click=${() => this.#openDialog({ kind: 'delete', signer })}
        >
          <wa-icon slot="start" name="trash-2"></wa-icon>${signers.remove.action}
        </wa-button>
      </div>
      <needs-role id="signer-needs" .deeds=${names.map((name) => [name, NEEDS.changeSigners])}></needs-role>
      ${mayChange && isFull ? html`<p class="fine">${signers.keys.full}</p>` : nothing}
    `
  }

  #facts({ id, created_at, last_used_at }: Signer): TemplateResult {
    const { signers, never } = this.words
    return html`
      <dl>
        <dt>${signers.created}</dt>
        <dd>${dateTime(created_at)}</dd>
        <dt>${signers.lastUsed}</dt>
        <dd>${last_used_at === null ? never : moment(last_used_at, relative)}</dd>
        <dt>${this.words.audit.title}</dt>
        <dd><a href=${href(['audit'], { target: id })}>${signers.audit}</a></dd>
      </dl>
    `
  }

  #keys(signer: Signer, thumbprints: readonly string[]): TemplateResult {
    const { keys: words } = this.words.signers
    const { keys } = signer.keys
    return html`
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">${words.kid} <span class="fine">${words.kidFine}</span></th>
            <th scope="col">${words.algorithm}</th>
            <th scope="col">${words.fingerprint} <span class="fine">${words.fingerprintFine}</span></th>
            ${signer.status === 'active' ? html`<th scope="col">${this.words.users.actions}</th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${keys.map(
            (key, index) => html`
              <tr>
                <td data-label=${words.kid}><code>${given(key.kid)}</code></td>
                <td data-label=${words.algorithm}>${textOf(words.algorithms, key.alg) ?? key.alg}</td>
                <td data-label=${words.fingerprint}><code class="long">${thumbprints[index]}</code></td>
                ${signer.status === 'active' ? this.#takeButton(signer, key) : nothing}
              </tr>
            `,
          )}
        </tbody>
      </table>
      ${signer.status === 'active' && keys.length === 1 ? html`<p class="fine" id="only-key">${words.only}</p>` : nothing}
    `
  }

  #takeButton(signer: Signer, { kid }: PublicKey): TemplateResult {
    const { take } = this.words.signers.keys
    const isOnly = signer.keys.keys.length === 1
    return html`
      <td data-label=${this.words.users.actions}>
        <span role="group" aria-label=${isolated(kid)} aria-describedby=${isOnly ? 'only-key' : 'signer-needs'}>
          <wa-button
            size="s"
            appearance="outlined"
            variant="danger"
            ?disabled=${isOnly || !this.session.may(NEEDS.changeSigners)}
            @click=${() => this.#openDialog({ kind: 'take', signer, kid })}
            >${take}</wa-button
          >
        </span>
      </td>
    `
  }

  #openedDialog(dialog: Dialog): TemplateResult {
    const { signers } = this.words
    const { signer } = dialog
    const name = isolated(signer.name)
    switch (dialog.kind) {
      case 'edit':
        return html`<edit-signer
          .signer=${signer}
          @saved=${({ detail }: CustomEvent<ChangedSigner>) => this.#showDone(signers.edit.changed, detail)}
          @close=${this.#closeDialog}
        ></edit-signer>`
      case 'add':
        return html`<add-signer-key
          .signer=${signer}
          @added=${({ detail }: CustomEvent<AddedKeys>) =>
            this.#showDone(signers.keys.added(listed(detail.kids.map(isolated))), detail.changed)}
          @stale=${({ detail }: CustomEvent<EdgeError>) => {
            this.stale = detail
            void this.#reload()
          }}
          @close=${this.#closeDialog}
        ></add-signer-key>`
      case 'take':
        return this.#confirmation(
          signers.keys.takeTitle(isolated(dialog.kid), name),
          signers.keys.take,
          html`<p>${signers.keys.takeText}</p>`,
          (ask) => this.#take(signer, dialog.kid, ask),
        )
      case 'delete':
        return this.#confirmation(
          signers.remove.title(name),
          signers.remove.action,
          html`<p>${idOf(signer.id)}</p><p>${signers.remove.text}</p>`,
          (ask) => this.#delete(signer, ask),
        )
    }
  }

  #confirmation(
    label: string,
    action: string,
    content: TemplateResult,
    confirm: (dialog: ConfirmDialog) => Promise<void>,
  ): TemplateResult {
    return html`<confirm-dialog
      .label=${label}
      .action=${action}
      .dangerous=${true}
      .busy=${this.#deed.isBusy}
      .content=${html`${content}${this.#when()}`}
      @confirm=${({ currentTarget }: Event) => confirm(currentTarget as ConfirmDialog)}
      @close=${this.#closeDialog}
    ></confirm-dialog>`
  }

  /** From when what ends now has ended everywhere. */
  #when(): TemplateResult | typeof nothing {
    const { deployment } = this.session
    if (!deployment) return nothing
    const { revocation_lease: revocationLease, session_check: sessionCheck } = deployment
    const { newSessions, openSessions } = effectOf(0, { revocationLease, sessionCheck })
    return html`<p>${this.words.signers.remove.when(duration(newSessions), duration(openSessions))}</p>`
  }

  #openDialog(dialog: Dialog): void {
    this.#deed.dismissError()
    this.stale = undefined
    this.dialog = dialog
  }

  #closeDialog = (): void => {
    this.dialog = undefined
  }

  #showDone(text: string, { effective_by: effect }: ChangedSigner): void {
    this.done = { text, effect }
    void this.#reload()
  }

  async #take({ id, version: ifVersion, keys }: Signer, kid: string, dialog: ConfirmDialog): Promise<void> {
    await this.#deed.run(async () => {
      const left = keys.keys.filter((key) => key.kid !== kid)
      const { effective_by: effect } = await this.session.ask((edge) =>
        edge.signers.update(id, { keys: { keys: left } }, { ifVersion }),
      )
      this.done = { text: this.words.signers.keys.taken(isolated(kid)), effect }
    })
    dialog.hide()
    await this.#reload()
  }

  async #delete({ id, name, version: ifVersion }: Signer, dialog: ConfirmDialog): Promise<void> {
    await this.#deed.run(async () => {
      const { effective_by: effect } = await this.session.ask((edge) =>
        edge.signers.delete(id, { ifVersion }),
      )
      this.done = { text: this.words.signers.remove.done(isolated(name)), effect }
    })
    dialog.hide()
    await this.#reload()
  }

  /** Shows the signer as it is now, whoever changed it: also after a call whose answer was lost. */
  async #reload(): Promise<void> {
    await this.#signer.run()
    await this.updateComplete
    // The button that opened the dialog may be gone.
    keepFocus()
  }
}
customElements.define('signer-page', SignerPage)
