/** Which host origins a deployment lets in: `ALLOWED_ORIGINS`. */
export type AllowedOrigins = readonly string[] | 'any'

/**
 * Whether the text is an http(s) origin exactly as a browser serialises one (WHATWG HTML, "serialization
 * of an origin"): lower case, punycode, no path, no default port, no trailing dot games; never `null`.
 */
export function isOrigin(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false
  return new URL(text).origin === text
}

/** Whether a deployment lets pages of an origin in. */
export function isAllowed(origin: string, allowed: AllowedOrigins): boolean {
  return allowed === 'any' ? isOrigin(origin) : allowed.includes(origin)
}

/** Whether a host name means this very machine, where http is as safe as https. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
