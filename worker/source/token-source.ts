import * as v from 'valibot'
import { clock } from '../clock.ts'
import type { Interval } from '../policy/biuwer-refresh.ts'
import { BIUWER_TOKEN } from '../policy/bounds.ts'
import { formatTimestamp, type Instant, parseTimestamp } from '../policy/time.ts'

/**
 * The customer's token source: a small service of theirs that speaks to Biuwer's API. The edge asks it for Biuwer tokens,
 * and tells it which ones it has ended. Each request is signed as Standard Webhooks are
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export interface TokenSource {
  /** An https address, or the service binding. */
  reach: string | Fetcher
  /** `whsec_…`. A secret. */
  secret: string
}

/** What is asked of the source. */
export interface SourceRequest {
  /** `webhook-id`: a request that is repeated bears the former one's, so that the source may give the same answer. */
  messageId: string
  user: string
}

/** A Biuwer token that the source gave, and the interval that the edge goes by. */
export interface SourcedToken extends Interval {
  /** A secret. */
  biuwerToken: string
  /** Whether Biuwer takes it beyond the interval, by the source's own word: then the source is told when it ended. */
  livesOn: boolean
}

/** Why the source gave nothing. Neither names anything of the answer: it may hold a secret. */
export interface SourceFailure {
  /** Whether it is the source that is at fault, and not what it was asked: others need not be asked for now. */
  isDown: boolean
  reason: string
}

/** Milliseconds until an answer has to be there, whole. */
const TIMEOUT_MS = 5_000
/** Bytes of an answer. */
const LARGEST_ANSWER = 16 * 1024
/** Where a service binding is called: nothing else answers there. */
const BOUND_ADDRESS = 'https://biuwer-token-source/'

const moment = v.pipe(
  v.string(),
  v.check((text) => parseTimestamp(text) !== undefined),
)

/** The answer to `biuwer_token.create`. A source that says for whom the token is has to say the user who was asked for. */
const Answer = v.strictObject({
  biuwer_token: v.pipe(v.string(), v.regex(BIUWER_TOKEN)),
  user: v.optional(v.string()),
  from: v.nullish(moment),
  to: v.nullish(moment),
})

/** Asks for a Biuwer token of a user that is valid in an interval. */
export async function createBiuwerToken(
  source: TokenSource,
  { messageId, user }: SourceRequest,
  asked: Interval,
): Promise<SourcedToken | SourceFailure> {
  const { from, to } = asked
  const body = { type: 'biuwer_token.create', user, from: formatTimestamp(from), to: formatTimestamp(to) }
  const answer = await call(source, messageId, body, readAnswer)
  return 'isDown' in answer ? answer : tokenOf(answer.read, user, asked, clock())
}

/** Tells the source that the edge has ended a Biuwer token; undefined: it knows. */
export async function deleteBiuwerToken(
  source: TokenSource,
  { messageId, user }: SourceRequest,
  biuwerToken: string,
): Promise<SourceFailure | undefined> {
  const body = { type: 'biuwer_token.delete', user, biuwer_token: biuwerToken }
  const answer = await call(source, messageId, body, async (response) => {
    await response.body?.cancel()
    return {}
  })
  return 'isDown' in answer ? answer : undefined
}

/** What an answer says, or why it is none. */
function tokenOf(answer: unknown, user: string, asked: Interval, now: Instant): SourcedToken | SourceFailure {
  const read = v.safeParse(Answer, answer)
  if (!read.success) return refused(`the answer is not as agreed${fieldOf(read.issues[0])}`)
  const given = read.output
  if (given.user !== undefined && given.user !== user) return refused('the answer is for another user')
  const [from, to] = [given.from, given.to].map((time) => (time ? parseTimestamp(time) : undefined))
  const interval = { from: Math.max(asked.from, from ?? asked.from), to: Math.min(asked.to, to ?? asked.to) }
  if (interval.to <= now || interval.to <= interval.from)
    return refused('the Biuwer token is not valid in the interval that was asked for')
  // An answer without an end says that the token ends as asked.
  const livesOn = given.to === null || (to !== undefined && to > asked.to)
  return { ...interval, biuwerToken: given.biuwer_token, livesOn }
}

function fieldOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  // A field that the source made up is not repeated.
  return path !== null && Object.hasOwn(Answer.entries, path) ? `: ${path}` : ''
}

async function call<Read>(
  { reach, secret }: TokenSource,
  messageId: string,
  body: object,
  read: (response: Response) => Promise<Read | SourceFailure>,
): Promise<Read | SourceFailure> {
  const text = JSON.stringify(body)
  const sentAt = clock()
  const request: RequestInit = {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'webhook-id': messageId,
      'webhook-timestamp': String(sentAt),
      'webhook-signature': await signatureOf(`${messageId}.${sentAt}.${text}`, secret),
    },
    body: text,
    // What is signed for the source goes nowhere else.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }
  try {
    const response = await (typeof reach === 'string'
      ? fetch(reach, request)
      : reach.fetch(BOUND_ADDRESS, request))
    if (response.ok) return await read(response)
    await response.body?.cancel()
    const isRedirect = response.status >= 300 && response.status < 400
    return isRedirect
      ? down('it answered with a redirect')
      : {
          isDown: response.status >= 500 || response.status === 429,
          reason: `it answered ${response.status}`,
        }
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError'
    return down(isTimeout ? `it took longer than ${TIMEOUT_MS / 1000} seconds` : 'it could not be reached')
  }
}

/** The signature of a request (Standard Webhooks, "Signature scheme"): HMAC-SHA-256 by what the secret holds in base64. */
async function signatureOf(content: string, secret: string): Promise<string> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const bytes = Uint8Array.fromBase64(secret.replace(/^whsec_/, ''))
  const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(content))
  return `v1,${new Uint8Array(signature).toBase64()}`
}

/** An answer's JSON. */
async function readAnswer(response: Response): Promise<{ read: unknown } | SourceFailure> {
  if (!/^application\/json\s*(;|$)/i.test(response.headers.get('content-type') ?? '')) {
    await response.body?.cancel()
    return down('it answered with something else than JSON')
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > LARGEST_ANSWER) return refused('the answer is too large')
    chunks.push(chunk)
  }
  const text = await new Blob(chunks).text()
  try {
    return { read: JSON.parse(text) }
  } catch (error) {
    // The parser's message quotes the answer.
    if (error instanceof SyntaxError) return refused('the answer is no JSON')
    throw error
  }
}

const down = (reason: string): SourceFailure => ({ isDown: true, reason })
const refused = (reason: string): SourceFailure => ({ isDown: false, reason })
