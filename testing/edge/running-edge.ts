import { randomUUID } from 'node:crypto'
import type { Miniflare } from 'miniflare'
import { makeAdminKey, makeKey } from '../../cli/key-set.ts'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { StandInTokens } from '../../demo/biuwer/tokens.ts'
import type { Listening } from '../../demo/run/listening.ts'
import {
  checked,
  type EdgeOptions,
  type EdgeSettings,
  type StartedEdge,
  type TokenToSign,
} from './options.ts'
import { startStandIn } from './stand-in.ts'
import { TokenSigner } from './token-signer.ts'
import { startWorkerd } from './workerd.ts'

/** An edge on workerd and the stand-in for Biuwer. */
export class RunningEdge {
  readonly started: StartedEdge
  readonly #workerd: Miniflare
  readonly #biuwer: Listening
  readonly #clockPath: string
  readonly #signer: TokenSigner
  #ahead = 0

  static async start(options: EdgeOptions): Promise<RunningEdge> {
    const { users, origins = ['*'], resources = null, settings = {}, port = 0 } = checked(options)
    const tokens = new StandInTokens()
    const biuwer = await startStandIn(tokens, resources)
    const clockPath = `/${randomUUID()}`
    const { admin_key: rootKey, digest } = makeAdminKey()
    const workerd = await startWorkerd(port, {
      BIUWER_INSTANCE: biuwer.origin,
      ALLOWED_ORIGINS: origins.join(' '),
      ...asText(settings),
      ADMIN_KEYS: digest,
      TOKEN_KEYS: JSON.stringify({ keys: [makeKey('HS256')] }),
      VAULT_KEYS: JSON.stringify({ keys: [makeKey('A256GCM')] }),
      CLOCK_PATH: clockPath,
    })
    const stop = () => Promise.all([workerd.dispose(), biuwer.stop()])
    try {
      const { port } = await workerd.ready
      const origin = `http://localhost:${port}`
      const edge = new BiuwerEdge({ edge: origin, adminKey: rootKey })
      await edge.health()
      const link = (user: string) => {
        const token = randomUUID()
        tokens.add({ store: user, token, from: 0, to: null, reference: null })
        return edge.users.link(user, { biuwer_token: token })
      }
      const [signer, { key }] = await Promise.all([
        TokenSigner.register(edge, origin),
        edge.keys.create({ name: "A host's backend", role: 'issuer' }),
        ...users.map(link),
      ])
      const { id, key: signingKey } = signer
      const started = { origin, biuwer: biuwer.origin, key, rootKey, signer: { id, key: signingKey } }
      return new RunningEdge(started, workerd, biuwer, clockPath, signer)
    } catch (error) {
      await stop()
      throw error
    }
  }

  private constructor(
    started: StartedEdge,
    workerd: Miniflare,
    biuwer: Listening,
    clockPath: string,
    signer: TokenSigner,
  ) {
    this.started = started
    this.#workerd = workerd
    this.#biuwer = biuwer
    this.#clockPath = clockPath
    this.#signer = signer
  }

  signToken(token: TokenToSign): Promise<string> {
    return this.#signer.sign(token, Math.floor(Date.now() / 1000 + this.#ahead))
  }

  async setAhead(seconds: number): Promise<number> {
    const answer = await this.#workerd.dispatchFetch(`${this.started.origin}${this.#clockPath}`, {
      method: 'POST',
      body: `${seconds}`,
    })
    if (answer.status !== 204) throw new Error(`the edge's clock answered ${answer.status}`)
    this.#ahead = seconds
    return seconds
  }

  async stop(): Promise<void> {
    await Promise.all([this.#workerd.dispose(), this.#biuwer.stop()])
  }
}

function asText(settings: EdgeSettings): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
}
