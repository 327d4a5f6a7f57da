import { env } from 'cloudflare:workers'
import type { Bindings } from '../../worker/env.ts'
import { objectNameOf, type SpentTokens } from '../../worker/storage/spent-tokens.ts'
import type { Problem, SessionOpened } from '../../worker/wire.ts'
import { ADMIN_KEY } from './admin-key.ts'
import { fromWorker, type Isolate } from './isolate.ts'

export const EDGE = 'https://edge.example.com'
export const HOST = 'https://app.example.com'
export const BIUWER_TOKEN = '5f2b1c9e-biuwer-token'

export interface Answer<Body> {
  status: number
  headers: Headers
  body: Body
}

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

export interface CallOptions {
  body?: unknown
  headers?: Record<string, string>
  bindings?: Bindings
  /** Default: the one of the bindings. */
  isolate?: Isolate | undefined
}

/** One request to the real worker, with all that it left behind its answer done. */
export async function call<Body = Loose>(
  method: string,
  path: string,
  { body, headers = {}, bindings = env, isolate }: CallOptions = {},
): Promise<Answer<Body>> {
  const init: RequestInit = { method, headers: { 'CF-Connecting-IP': freshAddress(), ...headers } }
  if (body !== undefined) {
    init.body = typeof body === 'string' ? body : JSON.stringify(body)
    init.headers = { 'Content-Type': 'application/json', ...init.headers }
  }
  const response = await fromWorker(`${EDGE}${path}`, init, bindings, isolate)
  const text = await response.text()
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

let addresses = 0

/** Each call comes from somewhere else, or the limit on refusals would answer for the rule under test. */
function freshAddress(): string {
  addresses++
  return `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`
}

/** A management call. */
export function admin<Body = Loose>(
  method: string,
  path: string,
  body?: unknown,
  { headers, ...options }: CallOptions = {},
): Promise<Answer<Body>> {
  const authorization = `Bearer ${ADMIN_KEY}`
  return call<Body>(method, path, { body, headers: { Authorization: authorization, ...headers }, ...options })
}

/** Links a user and issues it a token record. */
export async function issue(request: Record<string, unknown> = {}): Promise<Loose> {
  const user = (request.user as string | undefined) ?? 'store-1'
  await admin('PUT', `/v1/users/${user}`, { biuwer_token: BIUWER_TOKEN })
  const { status, body } = await admin('POST', '/v1/tokens', { user, ...request })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}

export interface Opening {
  resource?: string
  origin?: string
  key?: string
  bindings?: Bindings
  isolate?: Isolate
  headers?: Record<string, string>
  /** The `session_token` of the session to be renewed. */
  session?: string
  /** The frame document's version; by default the frame names none. */
  frame?: string
}

/** 22 characters that tell session keys apart. */
export function sessionKey(name: string): string {
  return name.padEnd(22, '_')
}

/** What the frame asks. */
export function open(token: string, opening: Opening = {}): Promise<Answer<SessionOpened & Problem>> {
  return call('POST', '/v1/sessions', {
    headers: { Origin: EDGE, ...opening.headers },
    body: {
      token,
      resource: opening.resource ?? 'page_1',
      origin: opening.origin ?? HOST,
      session_key: sessionKey(opening.key ?? 'one'),
      ...(opening.session !== undefined && { session: opening.session }),
      ...(opening.frame !== undefined && { frame: opening.frame }),
    },
    ...(opening.bindings && { bindings: opening.bindings }),
    isolate: opening.isolate,
  })
}

export function check(
  sessionToken: string,
  bindings: Bindings = env,
  isolate?: Isolate,
): Promise<Answer<Loose>> {
  return call('GET', '/v1/sessions/current', {
    headers: { Authorization: `Bearer ${sessionToken}` },
    bindings,
    isolate,
  })
}

/** What the token says, read without its key. */
export function claimsOf(token: string): Loose {
  return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))
}

/** The object that knows of a single-use token's spend. */
export function spentSetOf(token: string): DurableObjectStub<SpentTokens> {
  const { exp, spend } = claimsOf(token)
  return env.SPENT_TOKENS.getByName(objectNameOf({ exp, ...spend }))
}
