import { clock } from '../clock.ts'
import type { Bindings, Settings } from '../env.ts'
import { BIUWER_TOKEN_PREFIX, biuwerTokenStatus } from '../policy/biuwer-token.ts'
import type { Asking, EndedBiuwerToken } from '../storage/biuwer-refreshes.ts'
import { registryOf } from '../storage/registry.ts'
import { seal, unsealOrGone } from '../storage/vault.ts'
import { random } from '../tokens/random.ts'
import { inTurns } from './in-turns.ts'
import { createBiuwerToken, deleteBiuwerToken, type TokenSource } from './token-source.ts'

/** Biuwer tokens that the token source makes ahead of time, and those that it is told have ended. */

/**
 * How many users are asked for, and how many ended Biuwer tokens are told of, a run at most. The platform's free plan allows
 * 50 calls of other services an invocation.
 */
const MOST_ASKED = 32
const MOST_TOLD = 16
/** How many are taken at once: where the source is down, a run gives up after these. */
const STEP = 4

/** A run: asks for what is due, and tells what has ended. What is left, the next run does. */
export async function refreshBiuwerTokens(env: Bindings, settings: Settings): Promise<void> {
  const { tokenSource } = settings
  if (!tokenSource) return
  const registry = registryOf(env)
  for (let asked = 0; asked < MOST_ASKED; asked += STEP) {
    const askings = await registry.claimAskings(STEP)
    if (!(await ask(askings, env, settings, tokenSource)) || askings.length < STEP) break
  }
  for (let told = 0; told < MOST_TOLD; told += STEP) {
    const ended = await registry.claimEnded(STEP)
    if (!(await tell(ended, env, settings, tokenSource)) || ended.length < STEP) break
  }
}

/** Asks for a user's Biuwer token now, if it is due. */
export async function refreshBiuwerToken(env: Bindings, settings: Settings, user: string): Promise<void> {
  const { tokenSource } = settings
  if (!tokenSource) return
  await ask(await registryOf(env).claimAskings(1, user), env, settings, tokenSource)
}

/** Asks the source. Returns whether it is up. */
async function ask(
  askings: Asking[],
  env: Bindings,
  { vaultKeys }: Settings,
  source: TokenSource,
): Promise<boolean> {
  const registry = registryOf(env)
  let isUp = true
  await inTurns(askings, async (asking) => {
    const { messageId, user } = asking
    const answer = await createBiuwerToken(source, asking, asking)
    if ('isDown' in answer) {
      console.warn(
        JSON.stringify({ event: 'token_source_failed', message_id: messageId, reason: answer.reason }),
      )
      isUp &&= !answer.isDown
      await registry.noteFailure(asking)
      return
    }
    const { from, to, livesOn, biuwerToken } = answer
    await registry.keepAnswer(asking, {
      id: `${BIUWER_TOKEN_PREFIX}${random()}`,
      sealed: await seal(user, biuwerToken, vaultKeys),
      from,
      to,
      addedAt: clock(),
      madeBy: livesOn ? 'lasting_source' : 'source',
    })
  })
  return isUp
}

/** Tells the source of ended Biuwer tokens. Returns whether it is up. */
async function tell(
  ended: EndedBiuwerToken[],
  env: Bindings,
  settings: Settings,
  source: TokenSource,
): Promise<boolean> {
  const registry = registryOf(env)
  let isUp = true
  await inTurns(ended, async ({ id, user, sealed }) => {
    const messageId = `end_${id}`
    const biuwerToken = await unsealOrGone(user, sealed, settings.vaultKeys)
    const failure =
      biuwerToken === undefined || (await isInVault(env, user, biuwerToken, settings))
        ? undefined
        : await deleteBiuwerToken(source, { messageId, user }, biuwerToken)
    if (!failure) return registry.forgetEnded(id)
    console.warn(
      JSON.stringify({ event: 'token_source_not_told', message_id: messageId, reason: failure.reason }),
    )
    isUp &&= !failure.isDown
    await registry.tellAgain(id)
  })
  return isUp
}

/**
 * Whether the vault has a Biuwer token of a user in another entry: the source gave it again, or somebody put it in by hand.
 * Then it goes on.
 */
async function isInVault(
  env: Bindings,
  user: string,
  biuwerToken: string,
  settings: Settings,
): Promise<boolean> {
  const now = clock()
  const entries = await registryOf(env).vaultEntries(user)
  const goingOn = entries.filter((entry) => biuwerTokenStatus(entry, now) !== 'expired')
  const opened = await Promise.all(
    goingOn.map(({ sealed }) => unsealOrGone(user, sealed, settings.vaultKeys)),
  )
  return opened.includes(biuwerToken)
}
