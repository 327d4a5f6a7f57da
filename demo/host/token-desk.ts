import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type BiuwerEdge, type ChangedToken, EdgeError, type IssuedToken } from '../../client/index.ts'
import type { RecordBook, RecordDefinition, RecordName } from './records.ts'

/** Gives out embed token values for the pages, from records that it opens when they are first needed. */
export class TokenDesk {
  readonly #edge: BiuwerEdge
  readonly #book: RecordBook
  readonly #ids = new Map<string, Promise<string>>()
  readonly #expired = new Map<string, Promise<string>>()
  readonly #links = new Map<string, { user: string; token: string; views: number }>()
  readonly #revocable = new Set<string>()

  constructor(edge: BiuwerEdge, book: RecordBook) {
    this.#edge = edge
    this.#book = book
  }

  /** The value that the record gives out now. */
  issue(user: string, name: RecordName): Promise<IssuedToken> {
    return this.#draw(this.#book.named(user, name))
  }

  /** A value whose record is over. */
  expired(user: string): Promise<string> {
    return remembered(this.#expired, user, async () => {
      const request = this.#book.brief(user, new Date())
      const { id } = await this.#edge.tokens.create(request)
      const { token } = await this.#edge.tokens.refresh(id)
      await delay(Math.max(0, Date.parse(request.to) - Date.now()))
      return token
    })
  }

  /** A link that carries one single-use value, the same at every view. */
  async makeLink(user: string): Promise<string> {
    const { token } = await this.#draw(this.#book.link(user))
    const link = randomUUID()
    this.#links.set(link, { user, token, views: 0 })
    return link
  }

  viewLink(link: string): { user: string; token: string; views: number } | undefined {
    const found = this.#links.get(link)
    if (found) found.views += 1
    return found
  }

  /** A value on a record of its own, which `revoke` then takes. */
  async issueRevocable(user: string): Promise<IssuedToken> {
    const { id } = await this.#edge.tokens.create(this.#book.revocable(user, new Date()))
    this.#revocable.add(id)
    return this.#edge.tokens.refresh(id)
  }

  /** Undefined for a record that no page here offered to revoke. */
  async revoke(id: string): Promise<ChangedToken | undefined> {
    return this.#revocable.has(id) ? this.#edge.tokens.revoke(id) : undefined
  }

  async #draw(request: RecordDefinition): Promise<IssuedToken> {
    try {
      return await this.#edge.tokens.refresh(await this.#recordId(request))
    } catch (error) {
      if (!(error instanceof EdgeError) || !['conflict', 'not_found'].includes(error.code)) throw error
    }
    // Someone revoked the record, or the edge has other keys now: the definition stands, so open another.
    this.#ids.delete(definitionOf(request))
    return this.#edge.tokens.refresh(await this.#recordId(request, randomUUID()))
  }

  /** The definition's digest is the idempotency key: a restart finds the record again, an edited one is another. */
  #recordId(request: RecordDefinition, key = definitionOf(request)): Promise<string> {
    return remembered(this.#ids, definitionOf(request), async () => {
      const { id } = await this.#edge.tokens.create(request, { idempotencyKey: key })
      return id
    })
  }
}

function definitionOf(request: RecordDefinition): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}

/** One making for all who ask meanwhile; a failed one is not remembered. */
function remembered<Value>(
  memory: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = memory.get(key)
  if (known) return known
  const made = make()
  memory.set(key, made)
  made.catch(() => memory.delete(key))
  return made
}
