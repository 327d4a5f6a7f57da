import { initialState, Task } from '@lit/task'
import { html, nothing, type TemplateResult } from 'lit'
import type { Mistake } from '../../client/api-types.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { MOST_SIGNER_KEYS, SIGNER_KEY_ID } from '../../worker/policy/bounds.ts'
import type { SignerAlgorithm } from '../../worker/policy/signer.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { runTask } from '../run-task.ts'
import { type ReadKey, readKeys, type Secret, secretIn, type Unfit } from '../signers/read-keys.ts'
import { hint, mistakeIn } from './problem.ts'

/** What makes a public key in the right form of one in another. */
const COMMANDS: Partial<Record<Unfit, string>> = {
  certificate: 'openssl x509 -in certificate.pem -noout -pubkey',
  ssh: 'ssh-keygen -e -m PKCS8 -f id_ecdsa.pub',
  pkcs1: 'openssl rsa -RSAPublicKey_in -in public.pem -pubout',
}

/** A key as a signer's request has it. */
export type RequestKey = ReadKey['jwk'] & { kid: string; alg?: SignerAlgorithm }

/**
 * A box for public keys, pasted or from a file. They are read in the browser; a private key is taken out of the box at once,
 * and goes nowhere.
 */
export class PublicKeyBox extends ConsoleElement {
  static override properties = {
    taken: { attribute: false },
    error: { attribute: false },
    read: { state: true },
    secret: { state: true },
    unfit: { state: true },
  }
  /** Names of keys that the signer has already. */
  declare taken: readonly string[]
  /** What is wrong with the form. */
  declare error: unknown
  declare read: readonly ReadKey[]
  declare secret: Secret | undefined
  declare unfit: Unfit | undefined
  /** Reads the keys in a text; an empty text ends the reading of another, whose keys never replace a later one's. */
  readonly #reading = new Task(this, {
    autoRun: false,
    task: async ([text]: [string]) => (text === '' ? initialState : readKeys(text)),
    onComplete: (found) => {
      if ('keys' in found) this.read = found.keys
      else this.unfit = found.unfit
    },
  })

  constructor() {
    super()
    this.taken = []
    this.read = []
  }

  /** The keys for a request. */
  get keys(): RequestKey[] {
    return this.read.map(({ jwk, kid, alg }) => ({ ...jwk, kid, ...(alg && { alg }) }))
  }

  /** What the edge would refuse of the keys, in the person's language. */
  get mistakes(): Mistake[] {
    const { box } = this.words.signers
    if (this.read.length === 0) return [{ path: 'keys', message: box.missing }]
    if (this.taken.length + this.read.length > MOST_SIGNER_KEYS)
      return [{ path: 'keys', message: box.unfit.tooMany }]
    return this.read.flatMap(({ kid, alg }, index) => {
      const path = `keys.keys.${index}`
      const others = [...this.taken, ...this.read.slice(0, index).map((other) => other.kid)]
      return [
        ...(SIGNER_KEY_ID.test(kid) ? [] : [{ path: `${path}.kid`, message: box.kidWrong }]),
        ...(others.includes(kid) ? [{ path: `${path}.kid`, message: box.kidTwice }] : []),
        ...(alg === undefined ? [{ path: `${path}.alg`, message: box.chooseMissing }] : []),
      ]
    })
  }

  protected override render(): TemplateResult {
    const { box } = this.words.signers
    const mistake = mistakeOf(this.error)
    return html`
      <wa-textarea
        class="key-text"
        label=${box.label}
        rows="5"
        resize="vertical"
        required
        autocomplete="off"
        spellcheck="false"
        @input=${this.#type}
      >
        ${hint(box.hint, mistake)}
      </wa-textarea>
      <label>
        ${box.file}
        <input type="file" accept=".pem,.pub,.key,.crt,.cer,.jwk,.json,text/plain,application/json" @change=${this.#open} />
      </label>
      ${
        this.secret
          ? html`<wa-callout variant="danger" role="alert">
              <wa-icon slot="icon" name="circle-alert"></wa-icon>
              <p>${box.secrets[this.secret]}</p>
            </wa-callout>`
          : nothing
      }
      ${this.unfit ? this.#unfitNote(this.unfit) : nothing}
      <div class="stack" aria-live="polite">${this.read.map((key, index) => this.#key(key, index))}</div>
    `
  }

  #unfitNote(unfit: Unfit): TemplateResult {
    const { box } = this.words.signers
    const command = COMMANDS[unfit]
    return html`
      <wa-callout variant="warning" role="alert">
        <wa-icon slot="icon" name="triangle-alert"></wa-icon>
        <p>${box.unfit[unfit]}</p>
        ${command ? html`<pre tabindex="0"><code>${command}</code></pre>` : nothing}
      </wa-callout>
    `
  }

  #key({ jwk, alg, kid, thumbprint }: ReadKey, index: number): TemplateResult {
    const { box, keys } = this.words.signers
    const path = `keys.keys.${index}`
    return html`
      <fieldset>
        <legend>${alg ? keys.algorithms[alg] : keys.rsa}</legend>
        <p class="fine">${keys.fingerprint} (${keys.fingerprintFine}): <code class="long">${thumbprint}</code></p>
        ${jwk.kty === 'RSA' ? this.#algorithmChoice(alg, index) : nothing}
        <wa-input
          label=${box.kid}
          required
          autocomplete="off"
          spellcheck="false"
          maxlength="128"
          .value=${kid}
          @input=${(event: Event) => this.#set(index, { kid: fieldValue(event).trim() })}
        >
          ${hint(box.kidHint, mistakeIn(this.words, this.error, `${path}.kid`))}
        </wa-input>
      </fieldset>
    `
  }

  #algorithmChoice(alg: SignerAlgorithm | undefined, index: number): TemplateResult {
    const { box } = this.words.signers
    const mistake = alg === undefined ? mistakeIn(this.words, this.error, `keys.keys.${index}.alg`) : ''
    return html`
      <wa-radio-group
        label=${box.choose}
        name=${`alg-${index}`}
        .value=${alg ?? null}
        @change=${(event: Event) => {
          const chosen = fieldValue(event)
          if (chosen === 'RS256' || chosen === 'PS256') this.#set(index, { alg: chosen })
        }}
      >
        <wa-radio value="RS256">${box.RS256}</wa-radio>
        <wa-radio value="PS256">${box.PS256}</wa-radio>
        ${hint('', mistake)}
      </wa-radio-group>
    `
  }

  #set(index: number, change: Partial<ReadKey>): void {
    this.read = this.read.map((key, at) => (at === index ? { ...key, ...change } : key))
  }

  #type = (event: Event): void => {
    const field = event.currentTarget as HTMLTextAreaElement
    this.#take(field.value, () => {
      field.value = ''
    })
  }

  #open = async (event: Event): Promise<void> => {
    const field = event.currentTarget as HTMLInputElement
    const text = await field.files?.[0]?.text()
    if (text === undefined) return
    this.#take(text, () => {
      field.value = ''
    })
  }

  /**
   * Reads the keys in a text.
   * @param clear takes the text off the page
   */
  #take(text: string, clear: () => void): void {
    this.unfit = undefined
    this.read = []
    const isEmpty = text.trim() === ''
    // What is said of a secret stays beside the box that was emptied, until something else is pasted.
    if (!isEmpty) this.secret = secretIn(text)
    if (this.secret) clear()
    void runTask(this.#reading, [isEmpty || this.secret ? '' : text])
  }
}
customElements.define('public-key-box', PublicKeyBox)

/** What is wrong with the keys together. What is wrong with one of them stands beside it. */
function mistakeOf(error: unknown): string {
  return error instanceof EdgeError
    ? error.errors
        .filter(({ path }) => path === 'keys' || path === 'keys.keys')
        .map(({ message }) => message)
        .join(' ')
    : ''
}
