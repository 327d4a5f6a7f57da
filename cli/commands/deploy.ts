import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { EdgeError } from '../../client/edge-error.ts'
import { checkHealth } from '../../client/health.ts'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { lacksOf } from '../deployment/lacks.ts'
import { type OwnFolder, ownFolder } from '../deployment/own-folder.ts'
import { putSecret, SECRETS, secretsThere } from '../deployment/secrets.ts'
import { settingProblems } from '../deployment/settings.ts'
import { failed, Wrangler } from '../deployment/wrangler.ts'
import { EXIT, Failure, wrongUsage } from '../failures.ts'
import { goThroughProxyTo } from '../proxy.ts'
import { canAsk } from '../terminal.ts'

/** A custom domain's certificate is there some minutes after the first deployment. */
const HEALTHY_WITHIN_MS = 10 * 60_000

export function deploy(): CommandUnknownOpts {
  return new Command('deploy')
    .description('deploy the edge of this folder to your Cloudflare account, with the secrets that it lacks')
    .option('--env <name>', 'the environment of wrangler.toml: staging (default: production, at its top)')
    .option('--dry-run', 'check the settings and build, without an account and without a network')
    .addHelpText(
      'after',
      `
In this order: settings are checked; where nobody is logged in, wrangler asks to; secrets that the Worker lacks are made, written
to keys/ and put, while others stay as they are; the Worker is deployed; /healthz is awaited. Cut short, it goes on where it was
when run again. Without a terminal, CLOUDFLARE_API_TOKEN takes the place of logging in, and
CLOUDFLARE_ACCOUNT_ID says which of several accounts.
${example('deploy --dry-run', 'deploy --env staging', 'deploy')}`,
    )
    .action(async ({ env, dryRun }, command) => {
      const { out } = contextOf(command)
      const folder = await ownFolder()
      const wrangler = new Wrangler(folder, env)
      await checkSettings(folder, wrangler, env)
      out.note('The settings are in order.')
      if (dryRun) {
        await wrangler.run(['deploy', '--dry-run'])
        out.object({ deployed: false, worker: wrangler.config.name, needed_secrets: Object.keys(SECRETS) })
        out.note('Nothing was sent. What the Worker lacks of these secrets is made by npm run deploy.')
        return
      }
      await logIn(wrangler, out.note)
      const keys = join(folder.path, 'keys', env ?? 'production')
      const rootKey = await putMissing(wrangler, keys, out.note)
      const edge = await deployed(wrangler)
      out.note(`Waiting for ${edge}/healthz …`)
      await healthy(edge, out.note)
      out.object({
        deployed: true,
        edge,
        console: `${edge}/console`,
        ...(rootKey !== null && { root_key: rootKey }),
      })
      if (rootKey !== null) out.note('The root key is shown this once.')
      if (existsSync(keys))
        out.note(`Move ${keys} to your secret store: nobody can read what is in it from Cloudflare.`)
    })
}

async function checkSettings(folder: OwnFolder, { config }: Wrangler, env: string | undefined) {
  const source = config.services?.find(({ binding }) => binding === 'BIUWER_TOKEN_SOURCE')
  const problems = await settingProblems({ ...config.vars, ...(source && { BIUWER_TOKEN_SOURCE: source }) })
  const errors = problems.map(({ path, message }) => ({ path, message }))
  if (errors.length > 0)
    throw new Failure(EXIT.usage, {
      title: 'Wrong settings',
      code: 'misconfigured',
      detail: 'wrangler.toml has settings that no edge takes. Nothing was deployed.',
      errors,
    })
  const lacking = lacksOf(config, folder.toml, env).filter(({ isNeeded }) => isNeeded)
  if (lacking.length > 0)
    throw wrongUsage(
      `wrangler.toml lacks what this version needs: ${lacking.map(({ what }) => what).join(', ')}. See npx biuwer-embed upgrade.`,
    )
}

async function logIn(wrangler: Wrangler, note: (text: string) => void): Promise<void> {
  const args = ['whoami', '--json']
  const { exit, said } = await wrangler.quietly(args)
  if (exit === 0) return
  // No network, say, or a token that Cloudflare does not take: to log in would not help.
  if (!/"loggedIn":\s*false/.test(said)) throw failed(args, said)
  if (!canAsk())
    throw wrongUsage('Nobody is logged in to Cloudflare, and there is no terminal: set CLOUDFLARE_API_TOKEN.')
  note('Nobody is logged in to Cloudflare yet:')
  await wrangler.run(['login'])
}

/** Gives the root key where there was none before, else null. */
async function putMissing(
  wrangler: Wrangler,
  folder: string,
  note: (text: string) => void,
): Promise<string | null> {
  const there = await secretsThere(wrangler)
  let rootKey: string | null = null
  for (const name of Object.keys(SECRETS)) {
    if (there.includes(name)) continue
    const text = await putSecret(wrangler, name, folder)
    note(`${name}: made, or taken from ${folder}, and put.`)
    if (name === 'ADMIN_KEYS') rootKey = text
  }
  return rootKey
}

/** Deploys, and gives the edge's origin: its custom domain, else its address at `workers.dev`. */
async function deployed(wrangler: Wrangler): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'biuwer-embed-'))
  try {
    const file = join(folder, 'deployed.ndjson')
    await wrangler.run(['deploy'], { WRANGLER_OUTPUT_FILE_PATH: file })
    const domain = wrangler.config.routes?.find((route) => typeof route === 'object' && route.custom_domain)
    if (typeof domain === 'object') return `https://${domain.pattern}`
    const { targets = [] } = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .find(({ type }) => type === 'deploy')
    const address = targets.find((target: string) => /^https?:\/\/\S+$/.test(target))
    if (address === undefined)
      throw new Failure(EXIT.fault, {
        title: 'No address',
        code: 'no_address',
        detail: 'It is deployed, and has no address: set routes or workers_dev in wrangler.toml.',
      })
    return new URL(address).origin
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Waits until the edge answers that all is well. Tells meanwhile which settings it refuses. */
async function healthy(edge: string, note: (text: string) => void): Promise<void> {
  await goThroughProxyTo(new URL(edge))
  const deadline = Date.now() + HEALTHY_WITHIN_MS
  let told = ''
  for (;;) {
    try {
      await checkHealth(edge)
      return
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      // What the edge says of its settings can be of the version before for a moment.
      if (Date.now() > deadline) throw error
      const wrong = error.errors.map(({ path, message }) => `  ${path}: ${message}`).join('\n')
      if (wrong !== '' && wrong !== told) note(`It answers, and refuses its settings so far:\n${wrong}`)
      told = wrong
      await delay(2000)
    }
  }
}
