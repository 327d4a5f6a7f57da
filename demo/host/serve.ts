import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { JWK } from 'jose'
import { BiuwerEdge } from '../../client/index.ts'
import { bundleForBrowser } from '../run/browser-bundle.ts'
import { listen } from '../run/listening.ts'
import { loopbackAddresses } from '../run/ports.ts'
import { StandInApi } from '../token-source/stand-in-api.ts'
import { hostApp } from './app.ts'
import { ReaderDesk, readersOf } from './reader-desk.ts'
import { storeIdOf } from './readers.ts'
import type { Resources } from './records.ts'
import { TokenDesk } from './token-desk.ts'
import { TokenSigner } from './token-signer.ts'

/** Milliseconds for which the backend's key is good: longer than anybody runs this. */
const KEY_LIFE = 30 * 86_400_000

/** A user of this application, with the user's Biuwer token. */
export interface HostUser {
  id: string
  name: string
  biuwerToken: string
}

export interface HostOptions {
  port: number
  /** The edge's origin. */
  edge: string
  adminKey: string
  /** The stand-in's origin, and the key of its API. */
  biuwer: { origin: string; apiKey: string }
  /** Seconds for which Biuwer tokens are good that are to end before their readers' eyes. Default: 90. */
  briefLife?: number
  /** The private key that the backend signs tokens with. */
  signingKey: JWK
  users: readonly HostUser[]
  resources: Resources
}

export interface RunningHost {
  origin: string
  /** The second address of the same application. */
  otherOrigin: string
  stop(): Promise<void>
}

/** The back office of a film rental business, as a customer of Biuwer would write it. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const origin = `http://localhost:${options.port}`
  const otherOrigin = `http://127.0.0.1:${options.port}`
  const administrator = new BiuwerEdge({ edge: options.edge, adminKey: options.adminKey })
  const [style, script, icon] = await Promise.all([
    readFile(pathOf('host.css'), 'utf8'),
    bundleForBrowser(pathOf('browser/host.ts')),
    readFile(pathOf('icon.svg'), 'utf8'),
    ...options.users.map((user) => administrator.users.link(user.id, { biuwer_token: user.biuwerToken })),
  ])
  const issuer = new BiuwerEdge({
    edge: options.edge,
    adminKey: await issuerKey(administrator, options.users),
  })
  const desk = new TokenDesk(issuer, administrator, {
    resources: options.resources,
    otherOrigin,
    started: new Date(),
  })
  const signer = await TokenSigner.register(administrator, {
    edgeOrigin: options.edge,
    signingKey: options.signingKey,
    users: options.users.map(({ id }) => id),
    resources: Object.values(options.resources),
  })
  const { origin: biuwer, apiKey } = options.biuwer
  const storeOf = (user: string) => options.users.find(({ id }) => id === storeIdOf(user))?.name
  const readers = new ReaderDesk(
    administrator,
    new StandInApi({ biuwer, apiKey, storeOf }),
    options.briefLife,
  )
  const app = hostApp({
    edge: options.edge,
    biuwer,
    origins: [origin, otherOrigin],
    otherOrigin,
    stores: options.users.map(({ id, name }) => ({ id, name })),
    resources: options.resources,
    desk,
    readers,
    signer,
    assets: { style, script, icon },
  })
  const { stop } = await listen(app.fetch, options.port, loopbackAddresses())
  return { origin, otherOrigin, stop }
}

/** The key that the backend works with: it may do no more than the backend has to, and ends by itself. */
async function issuerKey({ keys }: BiuwerEdge, users: readonly HostUser[]): Promise<string> {
  const { key } = await keys.create({
    name: 'Back office',
    role: 'issuer',
    users: users.flatMap(({ id }) => [id, ...readersOf(id)]),
    expires_at: new Date(Date.now() + KEY_LIFE).toISOString(),
  })
  return key
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
