import type { Claims } from './issue.ts'
import { type AllowedOrigins, isListed } from './origins.ts'
import type { Instant } from './time.ts'

/** The first stage of an opening: what a token says of itself, decided without storage. */

/** What somebody wants to open, and where. */
export interface Ask {
  resource: string
  /** The host page's origin, as the browser told the frame; null: the edge's own page, in a preview. */
  origin: string | null
}

/** Which pages may hold dashboards. */
export interface HostRules {
  allowedOrigins: AllowedOrigins
  /** The edge's own origin. A host page there could read the frame, so that nothing but previews opens there. */
  edgeOrigin: string
}

/** What a token or a record opens; null or absent: any. */
export interface Scope {
  resources?: string[] | null
  origins?: string[] | null
}

export type OutOfScope = { code: 'resource_not_allowed' } | { code: 'origin_not_allowed' }

export type ScopeRefusal =
  | { code: 'token_not_yet_valid'; validFrom: Instant }
  | { code: 'token_expired' }
  | OutOfScope

/** Why a token opens nothing of what is asked, whatever its record says; undefined: nothing stands against it. */
export function scopeRefusal(
  claims: Claims,
  ask: { resource: string; origin: string },
  rules: HostRules,
  now: Instant,
): ScopeRefusal | undefined {
  return (
    validityRefusal(claims, now) ??
    (mayHold(claims, ask.origin, rules) ? outside(claims, ask) : { code: 'origin_not_allowed' })
  )
}

/** Validity is half-open: `nbf ≤ now < exp`. */
export function validityRefusal(
  { nbf, leeway = 0, exp }: Pick<Claims, 'nbf' | 'leeway' | 'exp'>,
  now: Instant,
): Exclude<ScopeRefusal, OutOfScope> | undefined {
  const validFrom = nbf - leeway
  if (now < validFrom) return { code: 'token_not_yet_valid', validFrom }
  if (exp !== undefined && now >= exp) return { code: 'token_expired' }
  return undefined
}

/** Whether a page of this origin may hold what the token opens: previews on the edge's own pages, all else on hosts. */
export function mayHold({ preview }: Pick<Claims, 'preview'>, origin: string, rules: HostRules): boolean {
  return preview ? origin === rules.edgeOrigin : isHost(origin, rules)
}

/** Whether pages of this origin may hold dashboards. */
export function isHost(origin: string, { allowedOrigins, edgeOrigin }: HostRules): boolean {
  return origin !== edgeOrigin && isListed(origin, allowedOrigins)
}

/** The origin that scopes are asked about: none for a preview, which opens on the edge's own page. */
export function hostOrigin({ preview }: Pick<Claims, 'preview'>, origin: string): string | null {
  return preview ? null : origin
}

/** Why a scope leaves out what is asked; undefined: it does not. */
export function outside(scope: Scope, ask: Ask): OutOfScope | undefined {
  if (!opensResource(scope, ask.resource)) return { code: 'resource_not_allowed' }
  if (!opensOn(scope, ask.origin)) return { code: 'origin_not_allowed' }
  return undefined
}

export function opensResource({ resources }: Scope, resource: string): boolean {
  return !resources || resources.includes(resource)
}

export function opensOn({ origins }: Scope, origin: string | null): boolean {
  return !origins || origin === null || isListed(origin, origins)
}
