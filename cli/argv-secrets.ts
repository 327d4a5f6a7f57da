import { wrongUsage } from './failures.ts'

/** Options for secrets that people would expect, and where the secret goes instead. */
const ELSEWHERE: Record<string, string> = {
  '--admin-key': 'set BIUWER_ADMIN_KEY, or leave it out to be asked',
  '--key': 'set BIUWER_ADMIN_KEY, or leave it out to be asked',
  '--biuwer-token': 'set BIUWER_TOKEN, pipe it in, or leave it out to be asked',
  '--token': 'set BIUWER_EMBED_TOKEN, pipe it in, or leave it out to be asked',
  '--value': 'set BIUWER_EMBED_TOKEN, pipe it in, or leave it out to be asked',
  '--password': 'secrets are read from the environment, standard input or a prompt',
  '--secret': 'secrets are read from the environment, standard input or a prompt',
}

/** The beginning of every root key that this program makes, by which a misplaced one is recognised. */
export const ADMIN_KEY_PREFIX = 'bwadm_'

const REASON = 'Arguments end up in the shell history and in process lists, so secrets are not taken there'

/**
 * Refuses secrets among the arguments; `--key` of `signers` names a file with a public key. A misplaced secret has been shown to other processes already: the
 * message says so without repeating it.
 */
export function refuseSecrets(argv: readonly string[]): void {
  const namesKeyFile = argv.includes('signers')
  for (const argument of argv) {
    const name = argument.split('=', 1)[0] ?? ''
    const isFile = name === '--key' && namesKeyFile
    const instead = !isFile && Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined
    if (instead !== undefined) {
      const given = argument !== name ? ' Treat the one you typed as leaked.' : ''
      throw wrongUsage(`${REASON}: no ${name}; ${instead}.${given}`)
    }
    if (argument.includes(ADMIN_KEY_PREFIX) || /bwk_[0-9A-Za-z]{20}/.test(argument)) {
      throw wrongUsage(`${REASON}: an argument holds a key. Replace that key, and set BIUWER_ADMIN_KEY.`)
    }
    if (/PRIVATE KEY-----|"d"\s*:/.test(argument)) {
      throw wrongUsage(`${REASON}: an argument holds a private key. Make a new key pair.`)
    }
    // A compact JWS, whose header is a JSON object: base64url of `{"` is `eyJ`.
    if (/eyJ[\w-]*\.[\w-]+\.[\w-]*/.test(argument)) {
      throw wrongUsage(`${REASON}: an argument holds an embed token. Revoke its record, and pipe tokens in.`)
    }
  }
}
