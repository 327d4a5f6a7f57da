import { getPublicSuffix } from 'tldts'

/**
 * The wildcards of a list of origins below which anybody can have a name: `https://*.co.uk`, `https://*.pages.dev`.
 * @param allowed as `ALLOWED_ORIGINS` has it
 */
export function openToAnybody(allowed: string): string[] {
  const start = 'https://*.'
  return allowed
    .split(/\s+/)
    .filter((entry) => entry.startsWith(start) && isPublicSuffix(entry.slice(start.length)))
}

/** Whether names below this one are given to whoever asks, by the Public Suffix List with its private part. */
function isPublicSuffix(name: string): boolean {
  // Some rules are of the kind `*.ck`: every name below is a suffix itself.
  const below = `a.${name}`
  const suffix = getPublicSuffix(below, { allowPrivateDomains: true })
  return suffix === name || suffix === below
}
