import { html, nothing, type TemplateResult } from 'lit'
import type { BiuwerTokenRequest } from '../../client/api-types.ts'
import { Attempt } from '../attempt.ts'
import { Deed } from '../deed.ts'
import { isolated } from '../given-text.ts'
import { localOf } from '../zoned-time.ts'
import { DialogElement } from './dialog-element.ts'
import type { IntervalFields } from './interval-fields.ts'
import { problemHere, refuseMistakes, wrongTimes } from './problem.ts'
import './interval-fields.ts'

/** A dialog that adds a Biuwer token of a user, ahead of the end of another. Fires `added` and `close`. */
export class AddBiuwerToken extends DialogElement {
  static override properties = {
    user: { attribute: false },
    lastEnd: { attribute: false },
  }
  declare user: string
  /** When the user's last Biuwer token ends, where that is to come: the next one begins then. */
  declare lastEnd: string | undefined
  readonly #adding = new Deed(this)
  readonly #attempt = new Attempt()

  protected override render(): TemplateResult {
    const { biuwerTokens } = this.words
    const { error, isBusy } = this.#adding
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const { lastEnd } = this
    return html`
      <wa-dialog label=${biuwerTokens.addTitle(isolated(this.user))} open @wa-after-hide=${this.afterHide}>
        <form class="stack" novalidate @submit=${this.#save}>
          <p>${biuwerTokens.addText}</p>
          <interval-fields
            class="stack"
            .from=${lastEnd === undefined ? '' : localOf(lastEnd, zone)}
            .fromHint=${lastEnd === undefined ? biuwerTokens.fromHint(zone) : biuwerTokens.fromNext(zone)}
            .isOptional=${false}
            .error=${error}
          ></interval-fields>
          ${error ? problemHere(this.words, error, { conflict: biuwerTokens.tooMany }) : nothing}
          <div class="row end">
            <wa-button appearance="outlined" ?disabled=${isBusy} @click=${this.hide}>${this.words.cancel}</wa-button>
            <wa-button type="submit" variant="brand" ?loading=${isBusy}>${this.words.save}</wa-button>
          </div>
        </form>
      </wa-dialog>
    `
  }

  #save = (event: Event): void => {
    event.preventDefault()
    void this.#adding.run(async () => {
      const request: BiuwerTokenRequest = {
        biuwer_token: '',
        ...this.querySelector<IntervalFields>('interval-fields')?.request,
      }
      refuseMistakes(wrongTimes(this.words, { from: request.from, to: request.to }, this))
      const idempotencyKey = this.#attempt.keyFor(request)
      await this.session.ask((edge) => edge.users.addBiuwerToken(this.user, request, { idempotencyKey }))
      this.dispatchEvent(new Event('added'))
      this.hide()
    })
  }
}
customElements.define('add-biuwer-token', AddBiuwerToken)
