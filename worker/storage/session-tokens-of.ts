import type { SessionBiuwerTokens } from './session-biuwer-tokens.ts'

/** Where the Biuwer tokens are kept that are for a session each: an object for each user. */
export interface SessionTokensEnv {
  SESSION_BIUWER_TOKENS: DurableObjectNamespace<SessionBiuwerTokens>
}

export function sessionTokensOf(env: SessionTokensEnv, user: string): DurableObjectStub<SessionBiuwerTokens> {
  return env.SESSION_BIUWER_TOKENS.getByName(user)
}

/** Takes an opening back that came to nothing. Where that fails, its Biuwer token lives on until its end. */
export async function releaseOpening(env: SessionTokensEnv, user: string, opening: string): Promise<void> {
  try {
    await sessionTokensOf(env, user).release(opening)
  } catch (error) {
    console.warn(JSON.stringify({ event: 'opening_not_released', error: String(error) }))
  }
}

/** Ends the Biuwer tokens of a user whose session has ended. Where that fails, the object's own alarm does so later. */
export async function reviewSessions(env: SessionTokensEnv, user: string): Promise<void> {
  try {
    await sessionTokensOf(env, user).review()
  } catch (error) {
    console.warn(JSON.stringify({ event: 'sessions_not_reviewed', error: String(error) }))
  }
}
