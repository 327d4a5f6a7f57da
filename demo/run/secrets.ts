import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { makeAdminKey, makeKey } from '../../cli/key-set.ts'

/** The settings of the edge. It has the digest of the admin key, not the key. */
export interface EdgeSettings {
  ADMIN_KEYS: string
  TOKEN_KEYS: string
  VAULT_KEYS: string
  BIUWER_INSTANCE: string
  ALLOWED_ORIGINS: string
}

/** The settings by which the edge asks the demo's token source. */
export interface TokenSourceSettings {
  BIUWER_TOKEN_SOURCE: string
  BIUWER_TOKEN_SOURCE_SECRET: string
}

/**
 * The secrets of the host application's backend: its admin key, the key that it signs tokens with, the Biuwer tokens of its
 * users, and the key of the API that the stand-in for Biuwer has.
 */
export interface HostSecrets {
  DEMO_ADMIN_KEY: string
  /** A private JWK. */
  DEMO_SIGNING_KEY: string
  DEMO_BIUWER_TOKEN_STORE_1: string
  DEMO_BIUWER_TOKEN_STORE_2: string
  DEMO_BIUWER_API_KEY: string
}

export interface Secrets {
  edge: EdgeSettings
  tokenSource: TokenSourceSettings
  host: HostSecrets
}

export interface SecretFiles extends Secrets {
  /** The file with the edge's settings, for `wrangler dev --env-file`. */
  edgeFile: string
  /** What was written, one sentence each; empty if nothing was missing. */
  done: string[]
}

/** Makes random secrets that belong together, with the addresses of a local run. */
export function makeSecrets(): Secrets {
  const host = {
    DEMO_ADMIN_KEY: makeAdminKey().admin_key,
    DEMO_SIGNING_KEY: JSON.stringify(makeKey('EdDSA')),
    DEMO_BIUWER_TOKEN_STORE_1: randomUUID(),
    DEMO_BIUWER_TOKEN_STORE_2: randomUUID(),
    DEMO_BIUWER_API_KEY: randomBytes(32).toString('base64url'),
  }
  return {
    host,
    tokenSource: {
      BIUWER_TOKEN_SOURCE: 'http://127.0.0.1:8789',
      BIUWER_TOKEN_SOURCE_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    },
    edge: {
      ADMIN_KEYS: digestOf(host.DEMO_ADMIN_KEY),
      TOKEN_KEYS: keySet('HS256'),
      VAULT_KEYS: keySet('A256GCM'),
      BIUWER_INSTANCE: 'http://127.0.0.1:8788',
      ALLOWED_ORIGINS: 'http://localhost:8790 http://127.0.0.1:8790',
    },
  }
}

/** Writes settings as a dotenv file. Single quotes keep the double quotes of JSON as they are. */
export function asDotenv(settings: EdgeSettings | HostSecrets): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')
}

/**
 * Makes sure that `demo/.edge.env` and `demo/.env` under `root` exist and belong together. Settings that are there stay;
 * missing ones are added, and so is the digest of the demo's admin key to those that the edge accepts.
 */
export function ensureSecretFiles(root: string): SecretFiles {
  const edgeFile = join(root, 'demo', '.edge.env')
  const hostFile = join(root, 'demo', '.env')
  const fresh = makeSecrets()
  const done: string[] = []

  const host = completed(hostFile, fresh.host, done)
  const digest = digestOf(host.DEMO_ADMIN_KEY)
  const edge = completed(edgeFile, { ...fresh.edge, ...fresh.tokenSource, ADMIN_KEYS: digest }, done)
  const accepted = edge.ADMIN_KEYS.split(/\s+/).filter(Boolean)
  if (!accepted.includes(digest)) {
    edge.ADMIN_KEYS = [...accepted, digest].join(' ')
    const others = readFileSync(edgeFile, 'utf8').replace(/^\s*(export\s+)?ADMIN_KEYS\s*=.*\n?/gm, '')
    writePrivate(edgeFile, `${withNewline(others)}ADMIN_KEYS='${edge.ADMIN_KEYS}'\n`)
    done.push('added the admin key of demo/.env to those that demo/.edge.env accepts')
  }
  return { edge, tokenSource: edge, host, edgeFile, done }
}

function completed<Settings extends EdgeSettings | HostSecrets>(
  file: string,
  defaults: Settings,
  done: string[],
): Settings {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const present = parseEnv(text)
  const missing = Object.entries(defaults).filter(([name]) => present[name] === undefined)
  if (missing.length > 0) {
    writePrivate(file, withNewline(text) + missing.map(([name, value]) => `${name}='${value}'\n`).join(''))
    done.push(`wrote ${missing.map(([name]) => name).join(', ')} to ${file}`)
  }
  const values = Object.keys(defaults).map((name) => [name, present[name] ?? Reflect.get(defaults, name)])
  return Object.fromEntries(values)
}

/** Replaces a file in one step, readable by its owner alone: a start cut short leaves the old file or the new one. */
function writePrivate(file: string, text: string): void {
  const next = `${file}.${process.pid}`
  writeFileSync(next, text, { mode: 0o600 })
  renameSync(next, file)
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

export function digestOf(adminKey: string): string {
  return createHash('sha256').update(adminKey).digest('hex')
}

/** A JWK Set (RFC 7517) with one new key. */
function keySet(alg: 'HS256' | 'A256GCM'): string {
  return JSON.stringify({ keys: [makeKey(alg)] })
}
