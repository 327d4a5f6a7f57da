import type { SessionBiuwerTokens } from './session-biuwer-tokens.ts'

/** Where the Biuwer tokens are kept that are for a session each: an object for each user. */
export interface SessionTokensEnv {
  SESSION_BIUWER_TOKENS: DurableObjectNamespace<SessionBiuwerTokens>
}

export function sessionTokensOf(env: SessionTokensEnv, user: string): DurableObjectStub<SessionBiuwerTokens> {
  return env.SESSION_BIUWER_TOKENS.getByName(user)
}

/** Ends the Biuwer tokens of a user whose session has ended. Where that fails, the object's own alarm does so later. */
export async function reviewSessions(env: SessionTokensEnv, user: string): Promise<void> {
  try {
    await sessionTokensOf(env, user).review()
  } catch (error) {
    console.warn(JSON.stringify({ event: 'sessions_not_reviewed', error: String(error) }))
  }
}
