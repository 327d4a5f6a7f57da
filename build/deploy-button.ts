/** The folder that Cloudflare's deploy button copies: that of `npx biuwer-embed init`, with what the button asks for. */
import { folderFiles } from '../cli/deployment/folder-files.ts'
import { wranglerToml } from '../cli/deployment/wrangler-toml.ts'
import { VERSION } from './product.ts'

/** What the button's page says of each, and of the secrets that `.dev.vars.example` names. */
const BINDINGS = {
  BIUWER_INSTANCE: 'Your Biuwer instance: acme for https://acme.biuwer.com',
  ALLOWED_ORIGINS:
    'Origins of the pages that may show dashboards, separated by spaces: https://app.example.com',
  ADMIN_KEYS:
    'The digest that `npx biuwer-embed secrets admin --out admin.key` prints. Keep admin.key: it is your root key',
  TOKEN_KEYS:
    'The text of the file that `npx biuwer-embed secrets token --out token.jwks` makes. Keep the file',
  VAULT_KEYS:
    'The text of the file that `npx biuwer-embed secrets vault --out vault.jwks` makes. Keep the file',
}

const SECRETS = `# The button asks for these. Make them on your machine, as its page says, and keep the files: Cloudflare never shows them again.
ADMIN_KEYS=""
TOKEN_KEYS=""
VAULT_KEYS=""
`

const answers = {
  name: 'biuwer-embed',
  instance: 'acme',
  origins: 'https://app.example.com',
  domain: null,
}

/** The files that are made, by name. */
export function deployButtonFiles(): Record<string, string> {
  const { devDependencies, dependencies } = JSON.parse(
    folderFiles(answers, `^${VERSION}`)['package.json'] ?? '',
  )
  const manifest = {
    name: answers.name,
    description: 'An edge that opens Biuwer dashboards in your web application',
    private: true,
    // Cloudflare's build has no place for secrets that `biuwer-embed deploy` would make.
    scripts: { dev: 'biuwer-embed dev', deploy: 'wrangler deploy' },
    dependencies,
    devDependencies,
    cloudflare: {
      label: 'biuwer-embed',
      products: ['Workers', 'KV', 'Durable Objects'],
      bindings: Object.fromEntries(
        Object.entries(BINDINGS).map(([name, description]) => [name, { description }]),
      ),
    },
  }
  const [production = ''] = wranglerToml(answers).split('\n# Staging: ')
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'wrangler.toml': `${production.trimEnd()}\n`,
    '.dev.vars.example': SECRETS,
  }
}
