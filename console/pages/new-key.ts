import { html, type TemplateResult } from 'lit'
import type { KeyRequest, Mistake, NewKey } from '../../client/api-types.ts'
import { LONGEST_NAME, USER_PATTERN } from '../../worker/policy/bounds.ts'
import { ROLES, type Role } from '../../worker/policy/caller.ts'
import { Attempt } from '../attempt.ts'
import { Deed } from '../deed.ts'
import { PageElement } from '../element.ts'
import { fieldValue, linesOf } from '../field-values.ts'
import { dateTime, listed } from '../formats.ts'
import { given, isolated } from '../given-text.ts'
import { hint, mistakeIn, problem, refuseMistakes, wrongTimes } from '../parts/problem.ts'
import { href } from '../route.ts'
import { timeOf } from '../zoned-time.ts'
import '../parts/issued-key.ts'

export class NewKeyPage extends PageElement {
  static override properties = { issued: { state: true } }
  declare issued: NewKey | undefined
  readonly #making = new Deed(this)
  readonly #attempt = new Attempt()
  readonly #timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  #name = ''
  #role: Role = 'viewer'
  #users: string[] = []
  /** Local time, as a date field writes it. */
  #end = ''

  protected override render(): TemplateResult {
    const { keys } = this.words
    return html`
      <nav><a href=${href(['keys'])}>${keys.title}</a></nav>
      ${
        this.issued
          ? html`<h1 tabindex="-1">${given(this.issued.name)}</h1>
              <issued-key .issued=${this.issued}></issued-key>`
          : html`<h1 tabindex="-1">${keys.form.title}</h1>${this.#form()}`
      }
    `
  }

  #form(): TemplateResult {
    const { keys, roles } = this.words
    const { form } = keys
    const { error, isBusy } = this.#making
    const { expires_at: latest } = this.session.key
    return html`
      <form class="stack" novalidate @submit=${this.#submit}>
        <wa-input
          label=${keys.name}
          required
          autocomplete="off"
          maxlength=${LONGEST_NAME}
          @input=${(event: Event) => {
            this.#name = fieldValue(event).trim()
          }}
        >
          ${hint(form.nameHint, mistakeIn(this.words, error, 'name'))}
        </wa-input>
        <wa-radio-group label=${form.role} name="role" value=${this.#role} @change=${this.#chooseRole}>
          ${ROLES.map(
            (role) =>
              html`<wa-radio value=${role}><strong>${roles[role].name}</strong>: ${roles[role].does}</wa-radio>`,
          )}
        </wa-radio-group>
        <div class="fields">
          <wa-textarea
            label=${form.users}
            rows="2"
            resize="auto"
            autocomplete="off"
            spellcheck="false"
            @change=${(event: Event) => {
              this.#users = linesOf(fieldValue(event))
            }}
          >
            ${hint(form.usersHint, mistakeIn(this.words, error, 'users'))}
          </wa-textarea>
          <wa-input
            type="datetime-local"
            name="expires_at"
            label=${form.to}
            with-clear
            @input=${(event: Event) => {
              this.#end = fieldValue(event)
            }}
          >
            ${hint(latest === null ? form.toHint(this.#timeZone) : form.toHintUntil(dateTime(latest)), mistakeIn(this.words, error, 'expires_at'))}
          </wa-input>
        </div>
        ${error ? problem(this.words, error) : ''}
        <wa-button type="submit" variant="brand" ?loading=${isBusy}>${form.submit}</wa-button>
      </form>
    `
  }

  #chooseRole = (event: Event): void => {
    this.#role = ROLES.find((role) => role === fieldValue(event)) ?? this.#role
  }

  #request(): KeyRequest {
    return {
      name: this.#name,
      role: this.#role,
      ...(this.#users.length > 0 && { users: this.#users }),
      ...(this.#end && { expires_at: timeOf(this.#end, this.#timeZone) }),
    }
  }

  /** What the edge would refuse, in the person's language. */
  #mistakes({ name, users, expires_at }: KeyRequest): Mistake[] {
    const { form } = this.words.keys
    const { expires_at: latest } = this.session.key
    const wrong = users?.filter((user) => !USER_PATTERN.test(user)) ?? []
    return [
      ...(name === '' ? [{ path: 'name', message: form.nameMissing }] : []),
      ...(wrong.length > 0 ? [{ path: 'users', message: form.usersWrong(listed(wrong.map(isolated))) }] : []),
      ...(latest !== null && !expires_at
        ? [{ path: 'expires_at', message: form.toHintUntil(dateTime(latest)) }]
        : []),
      ...wrongTimes(this.words, { expires_at }, this),
    ]
  }

  #submit = (event: Event): void => {
    event.preventDefault()
    void this.#making.run(async () => {
      const request = this.#request()
      refuseMistakes(this.#mistakes(request))
      const idempotencyKey = this.#attempt.keyFor(request)
      this.issued = await this.session.ask((edge) => edge.keys.create(request, { idempotencyKey }))
    })
  }
}
customElements.define('new-key-page', NewKeyPage)
