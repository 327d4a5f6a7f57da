import { html, nothing, type TemplateResult } from 'lit'
import type { ChangedSigner, Signer } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { Deed } from '../deed.ts'
import { DialogElement } from './dialog-element.ts'
import { problem, refuseMistakes } from './problem.ts'
import type { PublicKeyBox } from './public-key-box.ts'
import './public-key-box.ts'

export interface AddedKeys {
  changed: ChangedSigner
  kids: string[]
}

/**
 * A dialog that adds public keys to a signer, as it was when the dialog opened. Fires `added`, and `stale` where somebody else
 * has changed the signer meanwhile; and `close`.
 */
export class AddSignerKey extends DialogElement {
  static override properties = { signer: { attribute: false } }
  declare signer: Signer
  readonly #adding = new Deed(this)

  protected override render(): TemplateResult {
    const { keys } = this.words.signers
    const { error, isBusy } = this.#adding
    return html`
      <wa-dialog label=${keys.add} open @wa-after-hide=${this.afterHide}>
        <form class="stack" novalidate autocomplete="off" @submit=${this.#add}>
          <p>${keys.addText}</p>
          <public-key-box
            class="stack"
            .taken=${this.signer.keys.keys.map(({ kid }) => kid)}
            .error=${error}
          ></public-key-box>
          ${error ? problem(this.words, error) : nothing}
        </form>
        <wa-button slot="footer" appearance="outlined" ?disabled=${isBusy} @click=${this.hide}>${this.words.cancel}</wa-button>
        <wa-button slot="footer" variant="brand" ?loading=${isBusy} @click=${this.#add}>${keys.add}</wa-button>
      </wa-dialog>
    `
  }

  #add = (event: Event): void => {
    event.preventDefault()
    const box = this.querySelector<PublicKeyBox>('public-key-box')
    if (!box) return
    void this.#adding.run(async () => {
      const errors = box.mistakes
      refuseMistakes(errors)
      const { id, version: ifVersion, keys } = this.signer
      const added = box.keys
      try {
        const changed = await this.session.ask((edge) =>
          edge.signers.update(id, { keys: { keys: [...keys.keys, ...added] } }, { ifVersion }),
        )
        const detail = { changed, kids: added.map(({ kid }) => kid) }
        this.dispatchEvent(new CustomEvent<AddedKeys>('added', { detail }))
        this.hide()
      } catch (error) {
        if (!(error instanceof EdgeError && error.code === 'precondition_failed')) throw error
        this.dispatchEvent(new CustomEvent<EdgeError>('stale', { detail: error }))
        this.hide()
      }
    })
  }
}
customElements.define('add-signer-key', AddSignerKey)
