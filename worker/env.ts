import { LONGEST_ORIGIN } from './policy/bounds.ts'
import {
  type AllowedOrigins,
  ANY,
  isAppOrigin,
  isIpv6Origin,
  isLoopback,
  isOriginEntry,
  isWebOrigin,
} from './policy/origins.ts'
import type { TokenSource } from './source/token-source.ts'
import type { OpeningLog } from './storage/opening-log.ts'
import type { TokenRegistry } from './storage/registry.ts'
import type { SessionBiuwerTokens } from './storage/session-biuwer-tokens.ts'
import type { SpentTokens } from './storage/spent-tokens.ts'
import {
  KeyError,
  type KeySet,
  readTokenKeys,
  readVaultKeys,
  type TokenKey,
  type VaultKey,
} from './tokens/keys.ts'

/** What `wrangler.toml` binds, and the settings as they come, which are variables and secrets. */
export interface Bindings {
  EDGE_KV: KVNamespace
  TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry>
  SPENT_TOKENS: DurableObjectNamespace<SpentTokens>
  SESSION_BIUWER_TOKENS: DurableObjectNamespace<SessionBiuwerTokens>
  OPENING_LOG: DurableObjectNamespace<OpeningLog>
  SESSION_LIMITER: RateLimit
  EVENTS?: AnalyticsEngineDataset
  ASSETS: Fetcher
  BIUWER_INSTANCE?: string
  ALLOWED_ORIGINS?: string
  SESSION_TTL?: string | number
  SESSION_CHECK?: string | number
  REVOCATION_LEASE?: string | number
  EXPOSED_FRAMES?: string
  BIUWER_TOKEN_SOURCE?: string | Fetcher
  BIUWER_TOKEN_SOURCE_SECRET?: string
  ADMIN_KEYS?: string
  TOKEN_KEYS?: string
  VAULT_KEYS?: string
  SECURITY_CONTACT?: string
  LOG_SUCCESSES?: string | number
}

/** The settings, read and checked. Durations are seconds. */
export interface Settings {
  /** Origin of the Biuwer instance. */
  instance: string
  allowedOrigins: AllowedOrigins
  sessionTtl: number
  sessionCheck: number
  revocationLease: number
  /** Whether sessions open in frames from which a script of the page can read Biuwer's token. */
  exposedFrames: 'refuse' | 'allow'
  /** Who makes Biuwer tokens for the edge; null: they are put in by hand. */
  tokenSource: TokenSource | null
  /** SHA-256 digests of the root keys, which may do everything. */
  adminKeys: readonly Uint8Array[]
  tokenKeys: KeySet<TokenKey>
  vaultKeys: KeySet<VaultKey>
  /** Where to report a weakness of this deployment, the best address first; null: nowhere. */
  securityContact: readonly string[] | null
  /** Which share of the requests that succeed and change nothing has a line in the log: 0 none, 1 all. */
  logSuccesses: number
}

export interface SettingProblem {
  /** The setting. */
  path: string
  /** What is wrong and what to do. Never the setting's contents, which may be a secret. */
  message: string
}

/** The deployment lacks a setting, or has one that is refused. Nothing is served until that is mended. */
export class Misconfigured extends Error {
  override name = 'Misconfigured'
  readonly problems: SettingProblem[]
  constructor(problems: SettingProblem[], options?: ErrorOptions) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('; '), options)
    this.problems = problems
  }
}

/** What has to be bound, whatever the settings say. */
export const BINDINGS = [
  'EDGE_KV',
  'TOKEN_REGISTRY',
  'SPENT_TOKENS',
  'SESSION_BIUWER_TOKENS',
  'OPENING_LOG',
  'SESSION_LIMITER',
] as const
const DEFAULTS = { SESSION_TTL: 28_800, SESSION_CHECK: 300, REVOCATION_LEASE: 60 } as const
/** Seconds of a duration: a year. */
const LONGEST = 31_536_000

/** Reads and checks the settings. Throws Misconfigured, which names every setting that is off. */
export async function readSettings(env: Bindings): Promise<Settings> {
  const problems: SettingProblem[] = []
  for (const path of BINDINGS) {
    if (!env[path]) problems.push({ path, message: 'is not bound; bind it in wrangler.toml' })
  }
  const attempt = async <T>(
    path: keyof Bindings,
    parse: (text: string) => T | Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await parse(String(env[path] ?? '').trim())
    } catch (error) {
      if (!(error instanceof KeyError || error instanceof SettingError)) throw error
      problems.push({ path, message: error.message })
      return undefined
    }
  }
  const instance = await attempt('BIUWER_INSTANCE', required(parseInstance))
  const allowedOrigins = await attempt('ALLOWED_ORIGINS', required(parseOrigins))
  const sessionTtl = await attempt('SESSION_TTL', seconds(DEFAULTS.SESSION_TTL))
  const sessionCheck = await attempt('SESSION_CHECK', seconds(DEFAULTS.SESSION_CHECK))
  const revocationLease = await attempt('REVOCATION_LEASE', seconds(DEFAULTS.REVOCATION_LEASE))
  const exposedFrames = await attempt('EXPOSED_FRAMES', parseExposedFrames)
  const sourceAddress =
    typeof env.BIUWER_TOKEN_SOURCE === 'object'
      ? env.BIUWER_TOKEN_SOURCE
      : await attempt('BIUWER_TOKEN_SOURCE', optional(parseSourceAddress))
  const sourceSecret = await attempt('BIUWER_TOKEN_SOURCE_SECRET', optional(parseSourceSecret))
  if (sourceAddress && sourceSecret === null)
    problems.push({
      path: 'BIUWER_TOKEN_SOURCE_SECRET',
      message: 'is missing; set it, or take BIUWER_TOKEN_SOURCE away',
    })
  if (sourceAddress === null && sourceSecret)
    problems.push({
      path: 'BIUWER_TOKEN_SOURCE',
      message: 'is missing; set it, or take BIUWER_TOKEN_SOURCE_SECRET away',
    })
  const adminKeys = await attempt('ADMIN_KEYS', required(parseDigests))
  const tokenKeys = await attempt('TOKEN_KEYS', required(readTokenKeys))
  const vaultKeys = await attempt('VAULT_KEYS', required(readVaultKeys))
  const logSuccesses = await attempt('LOG_SUCCESSES', parseShare)
  const securityContact = await attempt('SECURITY_CONTACT', optional(parseContact))
  if (
    problems.length > 0 ||
    !instance ||
    !allowedOrigins ||
    !sessionTtl ||
    !sessionCheck ||
    !revocationLease ||
    !exposedFrames ||
    !adminKeys ||
    !tokenKeys ||
    !vaultKeys ||
    logSuccesses === undefined
  ) {
    throw new Misconfigured(problems)
  }
  return {
    instance,
    allowedOrigins,
    sessionTtl,
    sessionCheck,
    revocationLease,
    exposedFrames,
    tokenSource: sourceAddress && sourceSecret ? { reach: sourceAddress, secret: sourceSecret } : null,
    adminKeys,
    tokenKeys,
    vaultKeys,
    securityContact: securityContact ?? null,
    logSuccesses,
  }
}

/** Why a setting is refused, without its contents. */
class SettingError extends Error {}

function required<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    if (text === '') throw new SettingError('is missing; set it')
    return parse(text)
  }
}

function optional<T>(parse: (text: string) => T): (text: string) => T | null {
  return (text) => (text === '' ? null : parse(text))
}

function parseShare(text: string): number {
  if (text === '') return 0
  if (!/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(text))
    throw new SettingError('has to be a share from 0 (none) to 1 (all), such as 0.01')
  return Number(text)
}

function parseContact(text: string): string[] {
  const addresses = text.split(/\s+/)
  const isAddress = (address: string) =>
    /^(mailto:[!-?A-~]+@[!-?A-~]+|https:\/\/[!-~]+|tel:\+[0-9-]+)$/.test(address) && URL.canParse(address)
  if (!addresses.every(isAddress))
    throw new SettingError(
      'has to list addresses, separated by spaces: "mailto:security@example.com", "https://example.com/report" or "tel:+34-910-000-000"',
    )
  return addresses
}

function parseInstance(text: string): string {
  const origin = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text) ? `https://${text}.biuwer.com` : text
  const url = isWebOrigin(origin) && !isIpv6Origin(origin) ? new URL(origin) : undefined
  if (!url || (url.protocol === 'http:' && !isLoopback(url.hostname))) {
    throw new SettingError(
      'has to be an instance name ("acme") or an https origin ("https://bi.example.com"), not in IPv6',
    )
  }
  return origin
}

function parseSourceAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (!url || !isSafe || url.username !== '' || url.password !== '')
    throw new SettingError(
      'has to be an https address without a name and password in it, or a service binding',
    )
  return url.href
}

function parseSourceSecret(text: string): string {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]
  const bytes = encoded === undefined ? 0 : bytesOf(encoded)
  if (bytes < 24 || bytes > 64)
    throw new SettingError(
      'has to be "whsec_" and 24 to 64 random bytes in base64, as Standard Webhooks has it',
    )
  return text
}

/** How many bytes a text is in base64; 0: it is none. */
function bytesOf(base64: string): number {
  try {
    return atob(base64).length
  } catch (error) {
    if (error instanceof DOMException) return 0
    throw error
  }
}

function parseOrigins(text: string): AllowedOrigins {
  if (/[,;]/.test(text))
    throw new SettingError('has to separate origins by spaces, not by commas or semicolons')
  const entries = [...new Set(text.split(/\s+/))]
  const isAny = entries.includes(ANY)
  for (const [index, entry] of entries.entries()) {
    const wrong = entryProblem(entry, isAny)
    if (wrong) throw new SettingError(`entry ${index + 1} ${wrong}`)
  }
  return entries
}

/** What is wrong with an entry of `ALLOWED_ORIGINS`; undefined: nothing. */
function entryProblem(entry: string, isAny: boolean): string | undefined {
  if (entry === ANY) return undefined
  if (!isOriginEntry(entry) || entry.length > LONGEST_ORIGIN)
    return 'is no origin; list origins as browsers write them ("https://app.example.com"), "https://*.example.com" for all below a name, those of apps ("capacitor://localhost"), or "*" for all of http and https'
  if (isIpv6Origin(entry))
    return 'is in IPv6, which no Content-Security-Policy can name; use a host name, or "*"'
  if (isAny && !isAppOrigin(entry)) return 'stands beside "*", which has it already; only those of apps may'
  return undefined
}

function seconds(byDefault: number): (text: string) => number {
  return (text) => {
    if (text === '') return byDefault
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
    if (value < 1 || value > LONGEST) throw new SettingError(`has to be whole seconds, 1 to ${LONGEST}`)
    return value
  }
}

function parseExposedFrames(text: string): Settings['exposedFrames'] {
  if (text === '') return 'refuse'
  if (text !== 'refuse' && text !== 'allow') throw new SettingError('has to be "refuse" or "allow"')
  return text
}

function parseDigests(text: string): Uint8Array[] {
  const digests = text.toLowerCase().split(/\s+/)
  if (!digests.every((digest) => /^[0-9a-f]{64}$/.test(digest))) {
    throw new SettingError(
      'has to list SHA-256 digests of root keys: 64 hexadecimal digits each, never the keys',
    )
  }
  return digests.map((digest) => Uint8Array.fromHex(digest))
}
