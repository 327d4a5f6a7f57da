import type { Context } from 'hono'
import { SIGNER_ID } from '../policy/bounds.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import type { AppEnv } from './context.ts'

/** Whose token it was, as answers name it: the record, or the signer where the key may see it. */
interface Named {
  token: string | null
  signer: string | null
}

/**
 * Tells records from signers by their ids. For a key of some users, a signer of others is not there.
 * @param subjects ids of records and signers
 */
export async function namesOf(
  c: Context<AppEnv>,
  subjects: readonly string[],
): Promise<(subject: string) => Named> {
  const signers = new Set(subjects.filter((id) => SIGNER_ID.test(id)))
  const { users } = c.get('caller')
  const registry = registryOf(c.env)
  if (users !== null)
    await Promise.all(
      [...signers].map(async (id) => {
        const signer = await reach('TOKEN_REGISTRY', async () => registry.signer(id, users))
        if (!signer) signers.delete(id)
      }),
    )
  return (subject) => ({
    token: SIGNER_ID.test(subject) ? null : subject,
    signer: signers.has(subject) ? subject : null,
  })
}
