import canonicalize from 'canonicalize'
import type { Context } from 'hono'
import type * as v from 'valibot'
import { IDEMPOTENCY_KEY } from '../policy/bounds.ts'
import { RefusedRequest } from '../refused-request.ts'
import { reach } from '../storage/reach.ts'
import { registryOf, type TokenRegistry } from '../storage/registry.ts'
import type { ChangeRequest, Idempotency, Made, Mismatch } from '../storage/repetitions.ts'
import { keyedDigest } from '../tokens/random.ts'
import { NO_STORE } from './answer-fields.ts'
import { bearer } from './authorization.ts'
import { readObject } from './body.ts'
import { type AppEnv, by } from './context.ts'
import { checked, type FieldsSchema, invalid } from './mistakes.ts'

/** Changes, each made once under its `Idempotency-Key`, however often it is asked for. */

/**
 * Asks the registry for a change, once under the request's `Idempotency-Key`. Throws the refusal of a key that was another
 * request's.
 * @param body what was asked: JSON, or a text; null where asking again does no harm, so that no key is taken
 */
export async function change<Result extends { outcome: string }>(
  c: Context<AppEnv>,
  body: object | string | null,
  ask: (registry: DurableObjectStub<TokenRegistry>, request: ChangeRequest) => Promise<Result>,
): Promise<Exclude<Result, Mismatch>> {
  const { revocationLease, sessionCheck, tokenKeys } = c.get('settings')
  const request: ChangeRequest = {
    ...by(c),
    idempotency: body === null ? null : await idempotencyOf(c, body),
    settings: { revocationLease, sessionCheck, kid: tokenKeys[0].kid },
  }
  const result = matching(await reach('TOKEN_REGISTRY', () => ask(registryOf(c.env), request)))
  c.set('isChange', true)
  return result
}

/**
 * Reads the body of a change: the body, as it came too; or the answer to an earlier request that this one repeats, where
 * the clock or the settings refuse by now what they let in then. Throws the refusal of anything else. The digest that is kept
 * with an answer tells that the very same was asked of the very same address.
 * @param today the schema by the clock and the settings
 * @param always the schema by the fields alone
 */
export async function readChange<Schema extends FieldsSchema>(
  c: Context<AppEnv>,
  today: Schema,
  always: FieldsSchema,
): Promise<{ raw: object; body: v.InferOutput<Schema> } | { earlier: Made<object> }> {
  const raw = await readObject(c)
  const given = checked(today, raw)
  if ('body' in given) return { raw, ...given }
  if ('errors' in checked(always, raw)) throw new RefusedRequest('invalid_request', given)
  const idempotency = await idempotencyOf(c, raw)
  const earlier =
    idempotency && (await reach('TOKEN_REGISTRY', async () => registryOf(c.env).earlier(idempotency)))
  if (!earlier) throw new RefusedRequest('invalid_request', given)
  return { earlier: matching(earlier) }
}

/** Headers of the answer to a change. */
export function changeHeaders({ isRepeated }: { isRepeated: boolean }): Record<string, string> {
  return isRepeated ? { ...NO_STORE, 'Idempotent-Replayed': 'true' } : NO_STORE
}

function matching<Result extends { outcome: string }>(result: Result): Exclude<Result, Mismatch> {
  if (result.outcome === 'mismatch') throw new RefusedRequest('idempotency_mismatch')
  return result as Exclude<Result, Mismatch>
}

async function idempotencyOf(c: Context<AppEnv>, body: object | string): Promise<Idempotency | null> {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return null
  if (!IDEMPOTENCY_KEY.test(key))
    throw invalid('Idempotency-Key', 'Pass 1 to 255 visible ASCII characters, such as a UUID.')
  const content = typeof body === 'string' ? body : canonicalize(body)
  const address = c.req.url.slice(c.get('edge').length)
  const asked = `${c.req.method} ${address}\n${content}`
  // The caller's own key is the secret: it is nowhere in storage, and stays the same for as long as the caller does.
  const secret = bearer(c.req.header('authorization')) ?? ''
  return { caller: c.get('caller').id, key, digest: await keyedDigest(secret, asked) }
}
