import {
  BINDINGS,
  type Bindings,
  Misconfigured,
  readSettings,
  type SettingProblem,
} from '../../worker/env.ts'
import { openToAnybody } from './public-suffix.ts'

/** Settings that no `wrangler.toml` has. */
const SECRETS = ['ADMIN_KEYS', 'TOKEN_KEYS', 'VAULT_KEYS', 'BIUWER_TOKEN_SOURCE_SECRET']

const BOUND = Object.fromEntries(BINDINGS.map((name) => [name, {}]))

/** What the edge would say of these settings once it runs, and which origins would let anybody in. Secrets are not judged. */
export async function settingProblems(vars: Record<string, unknown>): Promise<SettingProblem[]> {
  const problems = await readSettings({ ...BOUND, ...vars } as unknown as Bindings).then(
    () => [],
    (error: unknown) => {
      if (error instanceof Misconfigured) return error.problems
      throw error
    },
  )
  const open = openToAnybody(String(vars.ALLOWED_ORIGINS ?? ''))
  return [
    ...problems.filter(({ path }) => !SECRETS.includes(path)),
    ...(open.length === 0
      ? []
      : [
          {
            path: 'ALLOWED_ORIGINS',
            message: `has ${open.join(', ')}: below a public suffix anybody can have a name. List your own names`,
          },
        ]),
  ]
}
