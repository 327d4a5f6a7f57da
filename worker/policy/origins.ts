/**
 * Entries of `ALLOWED_ORIGINS` and of a record's `origins`. Each means the same here and in the `frame-ancestors` of the
 * frame's Content-Security-Policy, so that no page shows a frame in which nothing may open, or the other way round.
 *
 * - an http or https origin: that origin
 * - `https://*.example.com`: every https origin without a port whose host is below `example.com`, at any depth, and not
 *   `example.com` itself
 * - an app's origin, such as `capacitor://localhost`: that origin, as the web view gives it
 * - `*`, in `ALLOWED_ORIGINS` alone: every http and https origin
 */

/** Which host origins a deployment lets in: the entries of `ALLOWED_ORIGINS`. */
export type AllowedOrigins = readonly string[]

/** Stands for every http and https origin. */
export const ANY = '*'

const WILDCARD = 'https://*'

/** A host name. Nothing in it ends a source or a directive of a Content-Security-Policy. */
const NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/

/** Schemes under which app frameworks serve their pages: Capacitor, Ionic, Tauri, Electron. */
const APP_ORIGIN = /^(?:capacitor|ionic|tauri|app):\/\/(.+)$/

/**
 * Whether the text is an http(s) origin exactly as a browser serialises one (WHATWG HTML, "serialization of an
 * origin"), and its host a name or an IP address: lower case, punycode, no path, no default port, no empty label, no
 * trailing dot; never `null`.
 */
export function isWebOrigin(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false
  const { origin, hostname } = new URL(text)
  return origin === text && (NAME.test(hostname) || hostname.startsWith('['))
}

/** Whether a record may list the text. */
export function isOriginEntry(text: string): boolean {
  return isWebOrigin(text) || isWildcard(text) || isAppOrigin(text)
}

/** Whether the text is the origin of an app's page. Its host is a name, since a Content-Security-Policy has no others. */
export function isAppOrigin(text: string): boolean {
  return NAME.test(APP_ORIGIN.exec(text)?.[1] ?? '')
}

/** Whether the text is `https://*.` and a name of at least two labels. */
function isWildcard(text: string): boolean {
  if (!text.startsWith(`${WILDCARD}.`)) return false
  const name = text.slice(WILDCARD.length + 1)
  // A name that ends with a number would be an IPv4 address.
  return name.includes('.') && NAME.test(name) && isWebOrigin(`https://a.${name}`)
}

/** Whether an origin is in IPv6, of which a Content-Security-Policy can list none. */
export function isIpv6Origin(text: string): boolean {
  return text.includes('[') && isWebOrigin(text)
}

/**
 * Entries with a `_`, of which a Content-Security-Policy can name none: no browser shows the frame there, unless a wider
 * entry means them too.
 */
export function unnameable(entries: readonly string[]): string[] {
  const nameable = entries.filter((entry) => !entry.includes('_'))
  return entries.filter((entry) => entry.includes('_') && !liesWithin(entry, nameable))
}

/** Whether one of the entries means the origin of a page. */
export function isListed(origin: string, entries: readonly string[]): boolean {
  if (origin.includes('*')) return false
  return entries.includes(origin) || entries.some((entry) => means(entry, origin))
}

function means(entry: string, origin: string): boolean {
  if (entry === ANY) return isWebOrigin(origin)
  if (!entry.startsWith(WILDCARD)) return false
  const ending = entry.slice(WILDCARD.length)
  return (
    origin.startsWith('https://') &&
    origin.endsWith(ending) &&
    NAME.test(origin.slice('https://'.length, -ending.length))
  )
}

/** Whether all that an entry of a record means is meant by one of `entries`, too. */
export function liesWithin(entry: string, entries: readonly string[]): boolean {
  if (!entry.startsWith(WILDCARD)) return isListed(entry, entries)
  return entries.some(
    (wider) => wider === ANY || (wider.startsWith(WILDCARD) && entry.endsWith(wider.slice(WILDCARD.length))),
  )
}

/** Entries for what two lists both mean; null: any origin. */
export function commonOrigins(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  if (!one || !other) return one ?? other
  const narrower = [
    ...one.filter((entry) => liesWithin(entry, other)),
    ...other.filter((entry) => liesWithin(entry, one)),
  ]
  return [...new Set(narrower)]
}

/** Whether a host name means this very machine, where http is as safe as https. */
export function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/.test(hostname)
}

/** Whether a request to this host comes from this very machine: from a container on it, too, which calls it by Docker's name. */
export function isThisMachine(hostname: string): boolean {
  return isLoopback(hostname) || hostname === 'host.docker.internal'
}
