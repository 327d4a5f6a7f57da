import { type Standing, standingRefusal } from './admission.ts'
import type { Claims } from './issue.ts'
import { type AllowedOrigins, isAllowed } from './origins.ts'
import type { TokenRecord } from './record.ts'
import { formatTimestamp, type Instant } from './time.ts'

export type CheckName =
  | 'signature'
  | 'record'
  | 'validity'
  | 'resource'
  | 'origin'
  | 'revocation'
  | 'user'
  | 'single_use'

/** One of the questions an opening has to pass, and its answer in a sentence for whoever gives support. */
export interface Check {
  check: CheckName
  ok: boolean
  detail: string
}

/** What is asked about; what is left out can't be checked, and its checks are left out too. */
export interface Question {
  record: TokenRecord
  standing: Standing
  /** undefined: no value given; a string: why it can't be read. */
  claims: Claims | 'token_malformed' | 'token_invalid' | undefined
  resource: string | undefined
  origin: string | undefined
  at: Instant
  allowedOrigins: AllowedOrigins
  edgeOrigin: string
  /** Of a single-use value: whether a page view has redeemed it. */
  spent: boolean | undefined
}

/** Every check of an opening, in the order in which the edge makes them. Consumes nothing. */
export function explain(question: Question): Check[] {
  const { record, claims, resource, origin, at } = question
  const checks: Check[] = []
  const say = (check: CheckName, ok: boolean, detail: string) => checks.push({ check, ok, detail })
  const value = typeof claims === 'object' ? claims : undefined

  if (claims === 'token_malformed')
    say('signature', false, 'The value is no token: it is cut off, or something else was pasted.')
  else if (claims === 'token_invalid')
    say('signature', false, 'This edge did not issue the value, or it was changed.')
  else if (value) say('signature', true, 'This edge issued the value.')

  if (value && value.sub !== record.id)
    say('record', false, `The value belongs to another record, ${value.sub}.`)
  else say('record', true, `The record exists and stands for user ${record.user}.`)

  const from = Math.max(record.from, value?.nbf ?? record.from)
  const ends = [record.to, value?.exp ?? null].filter((end) => end !== null)
  const to = ends.length > 0 ? Math.min(...ends) : null
  if (at < from) say('validity', false, `It is valid only from ${formatTimestamp(from)} on.`)
  else if (to !== null && at >= to) say('validity', false, `It ended at ${formatTimestamp(to)}.`)
  else
    say(
      'validity',
      true,
      to === null ? 'It is valid and has no end.' : `It is valid until ${formatTimestamp(to)}.`,
    )

  if (resource !== undefined) {
    const scopes = [record.resources, value?.resources]
    const ok = scopes.every((scope) => !scope || scope.includes(resource))
    say('resource', ok, ok ? `It opens ${resource}.` : `It does not open ${resource}.`)
  }
  if (origin !== undefined) checks.push(originCheck(question, origin, value))

  const standing = { ...question.standing }
  if (standing.revokedAt !== null && at < standing.revokedAt) standing.revokedAt = null
  if (standing.revokedAt !== null) {
    say('revocation', false, `The record was revoked at ${formatTimestamp(standing.revokedAt)}.`)
  } else if (value && value.sub === record.id && wasReplaced(value, standing, at)) {
    say('revocation', false, 'The value was replaced by a rotation, and its overlap is over.')
  } else say('revocation', true, 'It is not revoked.')

  const linked = question.standing.link !== null
  say(
    'user',
    linked,
    linked ? `User ${record.user} is linked to Biuwer.` : `User ${record.user} is not linked to Biuwer.`,
  )

  if (question.spent !== undefined) {
    say(
      'single_use',
      !question.spent,
      question.spent
        ? 'The single-use value was redeemed by a page view; only that page view may use it again.'
        : 'The single-use value was not redeemed yet.',
    )
  }
  return checks
}

/** Ends and the user's link have checks of their own. */
function wasReplaced(value: Claims, standing: Standing, at: Instant): boolean {
  return standingRefusal(value, undefined, standing, at)?.code === 'token_revoked'
}

function originCheck(
  { record, allowedOrigins, edgeOrigin }: Question,
  origin: string,
  value: Claims | undefined,
): Check {
  const refuse = (detail: string): Check => ({ check: 'origin', ok: false, detail })
  if (value?.preview) {
    if (origin !== edgeOrigin)
      return refuse("It is a preview's value, and opens on the edge's own pages alone.")
    return { check: 'origin', ok: true, detail: "It is the edge's own page." }
  }
  if (origin === edgeOrigin) return refuse("It is the edge's own origin; host pages have to be on another.")
  if (!isAllowed(origin, allowedOrigins))
    return refuse(`The deployment does not allow ${origin}: ALLOWED_ORIGINS lacks it.`)
  const inScope = [record.origins, value?.origins].every((scope) => !scope || scope.includes(origin))
  if (!inScope) return refuse(`The token may not be used on ${origin}.`)
  return { check: 'origin', ok: true, detail: `It may be used on ${origin}.` }
}
