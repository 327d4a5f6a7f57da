import { type CreatedBiuwerToken, NotFilledIn } from './token-source.ts'

// FILL IN THE TWO BODIES BELOW. Nothing else here has to change.
//
// Both call Biuwer's API. Biuwer gives its reference to customers, so this example does not guess its addresses and fields.
// Keep the API's key in the environment, as `process.env.BIUWER_API_KEY`. The edge waits five seconds: give a call of the API
// four, `fetch(…, { signal: AbortSignal.timeout(4000) })`. Throw `RefusedByBiuwer` where Biuwer will not do it for this user, and
// any other error where Biuwer does not answer as it should. Its message goes to the log: leave tokens and keys out of it.

/**
 * Makes an authentication token in Biuwer.
 * @param user the user's name at the edge; find Biuwer's basic user for it, where that has another name or is one for many
 * @param from when the token begins to be good, RFC 3339 in UTC, as `2026-03-01T00:00:00Z`
 * @param to when it ends, in the same form
 * @param reference the request's own id: a repetition has it too (README.md, *Asked twice*)
 */
export async function createBiuwerToken(
  user: string,
  from: string,
  to: string,
  reference: string,
): Promise<CreatedBiuwerToken> {
  throw new NotFilledIn("fill in createBiuwerToken in biuwer.ts: make a token by Biuwer's API and return it")
}

/**
 * Deletes an authentication token in Biuwer, so that it opens nothing from now on. One that is gone already is no error.
 * @param user the user's name at the edge
 */
export async function deleteBiuwerToken(user: string, token: string): Promise<void> {
  throw new NotFilledIn("fill in deleteBiuwerToken in biuwer.ts: delete the token by Biuwer's API")
}
