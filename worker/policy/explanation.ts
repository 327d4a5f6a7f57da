import type { Claims } from './issue.ts'
import type { TokenRecord } from './record.ts'
import { type HostRules, hostOrigin, mayHold, opensOn, opensResource, validityRefusal } from './scope.ts'
import { hasExpired, isLinked, isSignedOut, isWithdrawn, type Standing, standsFor } from './standing.ts'
import { formatTimestamp, type Instant } from './time.ts'

export type OpeningCheckName =
  | 'signature'
  | 'record'
  | 'validity'
  | 'resource'
  | 'origin'
  | 'revocation'
  | 'user'
  | 'single_use'

/** One of the questions an opening has to pass, and its answer in a sentence for whoever gives support. */
export interface OpeningCheck {
  check: OpeningCheckName
  ok: boolean
  detail: string
}

/** What is asked about. Without a resource or an origin, the checks of it are left out. */
export interface Question extends HostRules {
  record: TokenRecord
  standing: Standing
  /** undefined: no token given; a string: why it can't be read. */
  claims: Claims | 'token_malformed' | 'token_invalid' | undefined
  resource: string | undefined
  origin: string | undefined
  at: Instant
  /** Whether a page view has redeemed the token; undefined for a token that is not single-use. */
  spent: boolean | undefined
}

/** What an opening looks at in a token. */
type Subject = Pick<Claims, 'iat' | 'nbf' | 'exp' | 'gen' | 'resources' | 'origins' | 'preview'>

/**
 * Every check of an opening, in the order in which the edge makes them. Each is decided by what decides the opening,
 * so that the two can't disagree; only the sentences are made here. Consumes nothing.
 */
export function explain(question: Question): OpeningCheck[] {
  const { claims, record, resource, origin, at, spent } = question
  const token = typeof claims === 'object' ? claims : undefined
  const subject = token ?? wholeRecord(record)
  const standing = standingAt(question.standing, at)
  const isOther = token !== undefined && token.sub !== record.id
  return [
    ...(claims === undefined ? [] : [signature(claims)]),
    recordCheck(token, record),
    validity(subject, standing, at),
    ...(resource === undefined ? [] : [resourceCheck(subject, standing, resource)]),
    ...(origin === undefined ? [] : [originCheck(subject, standing, origin, question)]),
    // What ended tokens of this record says nothing about a token of another.
    revocation(isOther ? wholeRecord(record) : subject, standing, at),
    isLinked(standing)
      ? passed('user', `User ${record.user} is linked to Biuwer.`)
      : failed('user', `User ${record.user} is not linked to Biuwer.`),
    ...(spent === undefined ? [] : [singleUse(spent)]),
  ]
}

const passed = (check: OpeningCheckName, detail: string): OpeningCheck => ({ check, ok: true, detail })
const failed = (check: OpeningCheckName, detail: string): OpeningCheck => ({ check, ok: false, detail })

/** Stands in where no token is given: it opens all that any token of the record may open now. */
function wholeRecord({ from, to, generation, resources, origins }: TokenRecord): Subject {
  return {
    // After any sign-out: the record gives out new tokens.
    iat: Number.POSITIVE_INFINITY,
    nbf: from,
    ...(to !== null && { exp: to }),
    gen: generation,
    ...(resources && { resources }),
    ...(origins && { origins }),
  }
}

/** The standing as of a moment: a later revocation, or a later sign-out, has not happened yet. */
function standingAt({ signOut, ...standing }: Standing, at: Instant): Standing {
  return {
    ...standing,
    revokedAt: standing.revokedAt !== null && at < standing.revokedAt ? null : standing.revokedAt,
    ...(signOut && at >= signOut.at && { signOut }),
  }
}

function signature(claims: NonNullable<Question['claims']>): OpeningCheck {
  if (claims === 'token_malformed')
    return failed('signature', 'This is no token: it is cut off, or something else was pasted.')
  if (claims === 'token_invalid')
    return failed('signature', 'This edge did not issue the token, or it was changed.')
  return passed('signature', 'This edge issued the token.')
}

function recordCheck(token: Claims | undefined, record: TokenRecord): OpeningCheck {
  if (token && token.sub !== record.id)
    return failed('record', `The token belongs to another record, ${token.sub}.`)
  if (token && !standsFor(token, record.user))
    return failed('record', `The token is of another user, ${token.user}.`)
  return passed('record', `The record exists and stands for user ${record.user}.`)
}

function validity(subject: Subject, standing: Standing, at: Instant): OpeningCheck {
  const ends = [standing.to, subject.exp].filter((end) => typeof end === 'number')
  const end = ends.length > 0 ? formatTimestamp(Math.min(...ends)) : undefined
  const refusal = validityRefusal(subject, at)
  if (refusal?.code === 'token_not_yet_valid')
    return failed('validity', `It is valid only from ${formatTimestamp(refusal.validFrom)} on.`)
  if (refusal || hasExpired(subject, standing, at)) return failed('validity', `It ended at ${end}.`)
  return passed('validity', end ? `It is valid until ${end}.` : 'It is valid and has no end.')
}

function resourceCheck(subject: Subject, standing: Standing, resource: string): OpeningCheck {
  return opensResource(subject, resource) && opensResource(standing, resource)
    ? passed('resource', `It opens ${resource}.`)
    : failed('resource', `It does not open ${resource}.`)
}

function originCheck(subject: Subject, standing: Standing, origin: string, rules: HostRules): OpeningCheck {
  if (!mayHold(subject, origin, rules)) {
    if (subject.preview)
      return failed('origin', "It is a preview's token, and opens on the edge's own pages alone.")
    if (origin === rules.edgeOrigin)
      return failed('origin', "It is the edge's own origin; host pages have to be on another.")
    return failed('origin', `The deployment does not allow ${origin}: ALLOWED_ORIGINS lacks it.`)
  }
  if (!opensOn(subject, origin) || !opensOn(standing, hostOrigin(subject, origin)))
    return failed('origin', `The token may not be used on ${origin}.`)
  return passed('origin', subject.preview ? "It is the edge's own page." : `It may be used on ${origin}.`)
}

function revocation(subject: Subject, standing: Standing, at: Instant): OpeningCheck {
  if (!isWithdrawn(subject, standing, at)) return passed('revocation', 'It is not revoked.')
  const { revokedAt, signOut } = standing
  if (revokedAt !== null)
    return failed('revocation', `The record was revoked at ${formatTimestamp(revokedAt)}.`)
  if (signOut && isSignedOut(subject.iat, standing)) {
    const time = formatTimestamp(signOut.at)
    return failed('revocation', `A sign-out at ${time} ended the token. The record gives out a new one.`)
  }
  return failed('revocation', 'The token was replaced by a rotation, and its overlap is over.')
}

function singleUse(spent: boolean): OpeningCheck {
  return spent
    ? failed(
        'single_use',
        'The single-use token was redeemed by a page view; only that page view may use it again.',
      )
    : passed('single_use', 'The single-use token was not redeemed yet.')
}
