import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Bindings } from '../../worker/env.ts'
import worker from '../../worker/index.ts'
import type { Asked } from '../worker-token-source.ts'
import { admin } from './api.ts'

/** What tests of the token source share. */

/** What the source was asked for a user. */
export async function askedFor(user: string): Promise<Asked[]> {
  const { BIUWER_TOKEN_SOURCE: source } = env
  if (typeof source !== 'object') throw new Error('the tests bind the source as a service')
  return (await source.fetch(`https://biuwer-token-source/${user}`)).json()
}

/** What it was asked to create, and to delete. */
export const created = (user: string) => askedTo('create', user)
export const deleted = (user: string) => askedTo('delete', user)

async function askedTo(deed: 'create' | 'delete', user: string): Promise<Asked[]> {
  return (await askedFor(user)).filter(({ type }) => type === `biuwer_token.${deed}`)
}

/** The Biuwer tokens that it was asked to delete. */
export const deletedSecrets = async (user: string) =>
  (await deleted(user)).map(({ biuwer_token }) => biuwer_token)

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

export const userOf = async (user: string): Promise<Loose> => (await admin('GET', `/v1/users/${user}`)).body

export const biuwerTokensOf = async (user: string): Promise<Loose[]> =>
  (await admin('GET', `/v1/users/${user}/biuwer-tokens`)).body.items

/** A run of the cron trigger. */
export async function cron(bindings: Bindings = env): Promise<void> {
  const context = createExecutionContext()
  await worker.scheduled(createScheduledController(), bindings)
  await waitOnExecutionContext(context)
}

/** Links a user whose Biuwer tokens come from the source, and gives out a token for it. */
export async function sourced(
  user: string,
  refresh: 'monthly' | 'daily' | 'session',
  record: object = {},
): Promise<string> {
  const { status, body } = await admin('PUT', `/v1/users/${user}`, { biuwer_refresh: refresh })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return (await admin('POST', '/v1/tokens', { user, ...record })).body.token
}
