/**
 * The idempotency key of a form: the same as long as the form is sent with the same contents. So a form that is sent again
 * after its answer was lost makes nothing a second time.
 */
export class Attempt {
  #body: string | undefined
  #key = ''

  keyFor(request: object): string {
    const body = JSON.stringify(request)
    if (body !== this.#body) {
      this.#body = body
      this.#key = crypto.randomUUID()
    }
    return this.#key
  }
}
