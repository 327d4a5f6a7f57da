import { inject } from 'vitest'

const { edge, adminKey, biuwerTokens } = inject('stack')

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

/** A management call to the running edge. */
export async function admin(method: string, path: string, body?: unknown): Promise<Loose> {
  const answer = await fetch(`${edge}${path}`, {
    method,
    headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const json = await answer.json()
  if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`)
  return json
}

/** Links the stores to their Biuwer tokens. */
export async function linkStores(): Promise<void> {
  await admin('PUT', '/v1/users/store-1', { biuwer_token: biuwerTokens.store1 })
  await admin('PUT', '/v1/users/store-2', { biuwer_token: biuwerTokens.store2 })
}

export function issue(request: Record<string, unknown> = {}): Promise<Loose> {
  return admin('POST', '/v1/tokens', { user: 'store-1', ...request })
}
