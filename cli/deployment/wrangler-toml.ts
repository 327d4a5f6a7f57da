import { shipped, VERSION } from '../shipped.ts'
import { type Block, blocksOf, blockText, withValues } from './toml-blocks.ts'

/** What a deployment's `wrangler.toml` has beside what every one has. */
export interface Answers {
  /** The Worker's name. */
  name: string
  instance: string
  /** As `ALLOWED_ORIGINS` has them. */
  origins: string
  /** null: the edge is at `workers.dev`. */
  domain: string | null
}

/** The worker and the files of the package, from a deployment's folder. */
export const MAIN = 'node_modules/biuwer-embed/worker/index.js'
export const FILES = 'node_modules/biuwer-embed/cdn'

/** The first line of `wrangler.toml`, by which `upgrade` knows what the file was made for. */
export const MARK = /^# Made for biuwer-embed (\d[\w.+-]*)\./

/** The `wrangler.toml` of a deployment: the repository's own, for production and again for staging. */
export function wranglerToml({ name, instance, origins, domain }: Answers): string {
  const { head, blocks } = template()
  const vars = { BIUWER_INSTANCE: quoted(instance), ALLOWED_ORIGINS: quoted(origins) }
  const own = blocks.map((block) =>
    block.header === 'vars' ? { ...block, lines: withValues(block.lines, vars) } : block,
  )
  return `${[
    `# Made for biuwer-embed ${VERSION}. This file is yours: npx biuwer-embed upgrade says what a later version wants in it.`,
    withValues(head, { name: quoted(name) }).join('\n'),
    address(domain),
    ...own.map((block) => blockText(block)),
    STAGING,
    ...own.map((block) => blockText(forStaging(block), 'staging')),
  ].join('\n\n')}\n`
}

/** The repository's `wrangler.toml` with the paths of the package. */
export function template(): { head: string[]; blocks: Block[] } {
  const { head, blocks } = blocksOf(shipped('wrangler.toml'))
  return {
    head: withValues(head, { main: quoted(MAIN) }),
    blocks: blocks.map((block) =>
      block.header === 'assets'
        ? { ...block, lines: withValues(block.lines, { directory: quoted(FILES) }) }
        : block,
    ),
  }
}

function address(domain: string | null): string {
  if (domain === null)
    return `# The edge's address on the site of your pages, without which Firefox opens no dashboards. It closes the one at workers.dev.
# routes = [{ pattern = "embed.example.com", custom_domain = true }]
# workers_dev = false`
  return `# The edge's address. That at workers.dev would lead to the same records past what you set for your domain.
routes = [{ pattern = ${quoted(domain)}, custom_domain = true }]
workers_dev = false`
}

const STAGING = `# Staging: a Worker, records and secrets of its own, beside the ones above. An environment takes over none of the tables above,
# so that it has each again. Give it an address of its own, such as staging.embed.example.com, in place of workers.dev.
[env.staging]
routes = []
workers_dev = true`

/** The staging's block: with counts of its own where the account's Workers share them. */
export function forStaging(block: Block): Block {
  const lines = withValues(block.lines, { namespace_id: '"1002"' })
  return { ...block, comment: [], lines: lines.filter((line) => line !== '' && !line.startsWith('#')) }
}

/** A text as TOML and JSON both write it. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
