import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type BiuwerEdge, type ChangedToken, EdgeError, type IssuedToken } from '../../client/index.ts'
import {
  briefRecord,
  linkRecord,
  namedRecord,
  type RecordDefinition,
  type RecordName,
  type RecordTerms,
  revocableRecord,
} from './records.ts'

/** Gets tokens for the pages from the edge. It makes each token record when a page first needs it. */
export class TokenDesk {
  readonly #edge: BiuwerEdge
  readonly #administrator: BiuwerEdge
  readonly #terms: RecordTerms
  readonly #ids = new Map<string, Promise<string>>()
  readonly #expired = new Map<string, Promise<string>>()
  readonly #links = new Map<string, { user: string; token: string; views: number }>()
  readonly #revocable = new Set<string>()

  /** @param administrator revokes, which the key of a backend may not */
  constructor(edge: BiuwerEdge, administrator: BiuwerEdge, terms: RecordTerms) {
    this.#edge = edge
    this.#administrator = administrator
    this.#terms = terms
  }

  /** The token that the named record gives out now. */
  issue(user: string, name: RecordName): Promise<IssuedToken> {
    return this.#tokenOf(namedRecord(this.#terms, user, name))
  }

  /** A token whose record has ended. */
  expired(user: string): Promise<string> {
    return remembered(this.#expired, user, async () => {
      const request = briefRecord(this.#terms, user, new Date())
      const { id } = await this.#edge.tokens.create(request)
      const { token } = await this.#edge.tokens.refresh(id)
      await delay(Math.max(0, Date.parse(request.to) - Date.now()))
      return token
    })
  }

  /** Makes a link that carries one single-use token, the same at every view, and returns its id. */
  async makeLink(user: string): Promise<string> {
    const { token } = await this.#tokenOf(linkRecord(this.#terms, user))
    const link = randomUUID()
    this.#links.set(link, { user, token, views: 0 })
    return link
  }

  /** Counts a view of the link; undefined if there is no such link. */
  viewLink(link: string): { user: string; token: string; views: number } | undefined {
    const found = this.#links.get(link)
    if (found) found.views += 1
    return found
  }

  /** A token of a token record of its own, which `revoke` takes. */
  async issueRevocable(user: string): Promise<IssuedToken> {
    const { id } = await this.#edge.tokens.create(revocableRecord(this.#terms, user, new Date()))
    this.#revocable.add(id)
    return this.#edge.tokens.refresh(id)
  }

  /** Revokes a token record that `issueRevocable` made; undefined for any other. */
  async revoke(id: string): Promise<ChangedToken | undefined> {
    return this.#revocable.has(id) ? this.#administrator.tokens.revoke(id) : undefined
  }

  async #tokenOf(request: RecordDefinition): Promise<IssuedToken> {
    try {
      return await this.#edge.tokens.refresh(await this.#recordId(request))
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      // Whoever revoked the record wants nobody to have its reports: another record would undo that behind their back.
      if (error.code === 'conflict') throw new AccessTaken()
      if (error.code !== 'not_found') throw error
    }
    // The edge's storage is new: make the record once more.
    this.#ids.delete(hashOf(request))
    return this.#edge.tokens.refresh(await this.#recordId(request, randomUUID()))
  }

  /**
   * The id of the record made from a definition, whose hash stands in the record's metadata: after a restart the same
   * definition finds its record again, be it revoked or not, and a changed one makes a new record. With the hash as its
   * idempotency key, two processes that start at once make one record.
   */
  #recordId(request: RecordDefinition, key = hashOf(request)): Promise<string> {
    const definition = hashOf(request)
    return remembered(this.#ids, definition, async () => {
      for await (const record of this.#edge.tokens.list({ user: request.user }))
        if (record.metadata.definition === definition) return record.id
      const { id } = await this.#edge.tokens.create(
        { ...request, metadata: { definition } },
        { idempotencyKey: key },
      )
      return id
    })
  }
}

/** Somebody has revoked the token record that a page stands for. */
export class AccessTaken extends Error {
  override name = 'AccessTaken'
}

function hashOf(request: RecordDefinition): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}

/** Returns what is remembered, or makes it: once for all who ask meanwhile. A failure is not remembered. */
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
