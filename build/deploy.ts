/** Deploys as `wrangler deploy` does, unless `ALLOWED_ORIGINS` lets in pages of anybody without saying so by `*`. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { unstable_readConfig } from 'wrangler'
import { openToAnybody } from '../cli/deployment/public-suffix.ts'
import { ROOT } from './product.ts'

const args = process.argv.slice(2)
const { values } = parseArgs({
  args,
  strict: false,
  options: { config: { type: 'string', short: 'c' }, env: { type: 'string', short: 'e' } },
})
const { vars } = unstable_readConfig({
  config: typeof values.config === 'string' ? values.config : `${ROOT}wrangler.toml`,
  ...(typeof values.env === 'string' && { env: values.env }),
})
const open = openToAnybody(String(vars.ALLOWED_ORIGINS ?? ''))
if (open.length > 0) {
  console.error(
    `ALLOWED_ORIGINS has ${open.join(', ')}: below a public suffix anybody can have a name. List your own names.`,
  )
  process.exit(1)
}
const { status } = spawnSync('wrangler', ['deploy', ...args], { stdio: 'inherit', cwd: ROOT })
process.exit(status ?? 1)
