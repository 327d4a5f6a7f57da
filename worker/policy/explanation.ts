import { type BiuwerInterval, biuwerTokenAt, biuwerTokenRefusal } from './biuwer-token.ts'
import { isFor } from './caller.ts'
import type { Claims } from './issue.ts'
import type { TokenRecord } from './record.ts'
import { type HostRules, hostOrigin, mayHold, opensOn, opensResource, validityRefusal } from './scope.ts'
import type { Signer } from './signer.ts'
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
  | 'biuwer_token'
  | 'single_use'

/** One of the questions an opening has to pass, and its answer in a sentence for whoever gives support. */
export interface OpeningCheck {
  check: OpeningCheckName
  ok: boolean
  detail: string
}

/** What is asked about. Without a resource or an origin, the checks of it are left out. */
export interface Question extends HostRules {
  standing: Standing
  resource: string | undefined
  origin: string | undefined
  at: Instant
  /** Whether the edge has a token source, which openings may need. */
  hasTokenSource: boolean
  /** Whether a page view has redeemed the token; undefined for a token that is not single-use. */
  spent: boolean | undefined
}

/** A question about a record, or about one of its tokens. */
export interface RecordQuestion extends Question {
  record: TokenRecord
  /** undefined: no token given. */
  claims: Claims | UnreadableToken | undefined
}

/** A question about a token that a host has signed. */
export interface SignedQuestion extends Question {
  signer: Signer
  user: string
  claims: Claims
}

/** Why a token can't be read. */
export interface UnreadableToken {
  code: 'token_malformed' | 'token_invalid'
  /** What is wrong with a token whose signature holds. Whoever has signed it may be told. */
  detail?: string
  /** Who has signed it, and for which user, where the signature holds. */
  signer?: { subject: string; user: string | null }
}

/** What an opening looks at in a token. */
type Subject = Pick<
  Claims,
  'iat' | 'nbf' | 'leeway' | 'exp' | 'gen' | 'key' | 'resources' | 'origins' | 'preview'
>

/**
 * Every check of an opening, in the order in which the edge makes them. Each is decided by what decides the opening,
 * so that the two can't disagree; only the sentences are made here. Consumes nothing.
 */
export function explain(question: RecordQuestion): OpeningCheck[] {
  const { claims, record, resource, origin, at, spent } = question
  const token = claims && !('code' in claims) ? claims : undefined
  const subject = token ?? wholeRecord(record)
  const standing = standingAt(question.standing, at)
  const isOther = token !== undefined && token.sub !== record.id
  return [
    ...(claims === undefined ? [] : ['code' in claims ? unreadable(claims) : OWN_SIGNATURE]),
    recordCheck(token, record),
    validity(subject, standing, at),
    ...(resource === undefined ? [] : [resourceCheck(subject, standing, resource)]),
    ...(origin === undefined ? [] : [originCheck(subject, standing, origin, question)]),
    // What ended tokens of this record says nothing about a token of another.
    revocation(isOther ? wholeRecord(record) : subject, standing, at, recordEnded),
    ...userChecks(standing, record.user, question),
    ...(spent === undefined ? [] : [singleUse(spent)]),
  ]
}

/** Every check of an opening with a token that a host has signed, as `explain`. */
export function explainSigned(question: SignedQuestion): OpeningCheck[] {
  const { claims, signer, resource, origin, at, spent } = question
  const standing = standingAt(question.standing, at)
  return [
    claims.preview
      ? OWN_SIGNATURE
      : passed('signature', `Signer ${signer.name} (${signer.id}) signed the token.`),
    validity(claims, standing, at),
    ...(resource === undefined ? [] : [resourceCheck(claims, standing, resource)]),
    ...(origin === undefined ? [] : [originCheck(claims, standing, origin, question)]),
    revocation(claims, standing, at, signerEnded),
    ...signedUser(standing, question),
    ...(spent === undefined ? [] : [singleUse(spent)]),
  ]
}

/** The one check of a token that can't be read, or that belongs to nothing there is. */
export function explainUnreadable(token: UnreadableToken): OpeningCheck[] {
  return [unreadable(token)]
}

/** An opening that was refused, and what it was judged by. */
export interface RefusedOpening extends HostRules {
  claims: Claims
  /** The signer of the token; null: the edge signed it for a record. */
  signer: Pick<Signer, 'users' | 'resources'> | null
  /** undefined: what the token says was enough to refuse it. */
  standing: Standing | undefined
  user: string | null
  resource: string
  origin: string
  at: Instant
  hasTokenSource: boolean
}

/** What an explanation says of the check that an opening has failed; undefined: it has no words for that. */
export function failureOf(check: OpeningCheckName | 'frame', opening: RefusedOpening): string | undefined {
  const explained = checkOf(check, opening)
  return explained?.ok === false ? explained.detail : undefined
}

/** A single check of an opening, as its explanation has it. */
function checkOf(check: OpeningCheckName | 'frame', opening: RefusedOpening): OpeningCheck | undefined {
  const { claims, signer, standing = NOTHING_AGAINST, user, resource, origin, at } = opening
  switch (check) {
    case 'validity':
      return validity(claims, standing, at)
    case 'resource':
      return resourceCheck(claims, standing, resource)
    case 'origin':
      return originCheck(claims, standing, origin, opening)
    case 'revocation':
      return revocation(claims, standing, at, signer ? signerEnded : recordEnded)
    case 'user':
      return user === null ? undefined : ofUser(standing, user, signer)
    case 'biuwer_token':
      return standing.biuwerTokens ? biuwerToken(standing.biuwerTokens, opening) : undefined
    case 'single_use':
      return singleUse(true)
    default:
      return undefined
  }
}

/** Stands in where nobody looked at the record. */
const NOTHING_AGAINST: Standing = {
  revokedAt: null,
  revision: 0,
  resources: null,
  origins: null,
  generation: 0,
  generationEnds: {},
  to: null,
  biuwerTokens: null,
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

const OWN_SIGNATURE = passed('signature', 'This edge issued the token.')

function unreadable({ code, detail }: UnreadableToken): OpeningCheck {
  if (code === 'token_malformed')
    return failed('signature', 'This is no token: it is cut off, or something else was pasted.')
  const unknown = 'This edge did not issue the token and knows no signer’s key that did, or it was changed.'
  return failed('signature', detail ?? unknown)
}

function recordCheck(token: Claims | undefined, record: TokenRecord): OpeningCheck {
  if (token && token.sub !== record.id)
    return failed('record', `The token does not belong to the record, but to ${token.sub}.`)
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

/** What ended a token, as sentences. */
interface Endings {
  revoked: (at: string) => string
  signedOut: (at: string) => string
  replaced: string
}

const recordEnded: Endings = {
  revoked: (at) => `The record was revoked at ${at}.`,
  signedOut: (at) => `A sign-out at ${at} ended the token. The record gives out a new one.`,
  replaced: 'The token was replaced by a rotation, and its overlap is over.',
}

const signerEnded: Endings = {
  revoked: (at) => `The signer was deleted at ${at}.`,
  signedOut: (at) =>
    `The token was signed before ${at}, when a sign-out or a restored backup ended it. Sign a new one.`,
  replaced: 'The key that signed the token was taken away from the signer.',
}

function revocation(subject: Subject, standing: Standing, at: Instant, ended: Endings): OpeningCheck {
  if (!isWithdrawn(subject, standing, at)) return passed('revocation', 'It is not revoked.')
  const { revokedAt, signOut } = standing
  if (revokedAt !== null) return failed('revocation', ended.revoked(formatTimestamp(revokedAt)))
  if (signOut && isSignedOut(subject.iat, standing))
    return failed('revocation', ended.signedOut(formatTimestamp(signOut.at)))
  return failed('revocation', ended.replaced)
}

function signedUser(standing: Standing, question: SignedQuestion): OpeningCheck[] {
  const { signer, user } = question
  return isFor(user, signer.users) ? userChecks(standing, user, question) : [ofUser(standing, user, signer)]
}

/** Whether a user is linked, and is one whom the signer may sign for. */
function ofUser(standing: Standing, user: string, signer: Pick<Signer, 'users'> | null): OpeningCheck {
  if (signer && !isFor(user, signer.users))
    return failed('user', `The signer does not sign for user ${user}.`)
  return isLinked(standing)
    ? passed('user', `User ${user} is linked to Biuwer.`)
    : failed('user', `User ${user} is not linked to Biuwer.`)
}

/** Whether a user is linked, and has a Biuwer token that is valid. */
function userChecks(standing: Standing, user: string, question: Question): OpeningCheck[] {
  const linked = ofUser(standing, user, null)
  return isLinked(standing) ? [linked, biuwerToken(standing.biuwerTokens, question)] : [linked]
}

function biuwerToken(
  tokens: readonly BiuwerInterval[],
  { at, hasTokenSource }: Pick<Question, 'at' | 'hasTokenSource'>,
): OpeningCheck {
  const taken = biuwerTokenAt(tokens, at)
  if (taken?.atOpening)
    return hasTokenSource
      ? passed('biuwer_token', 'The token source is asked for a Biuwer token at the opening.')
      : failed(
          'biuwer_token',
          'The token source would be asked for a Biuwer token, and this edge has none. Set BIUWER_TOKEN_SOURCE.',
        )
  if (taken)
    return passed(
      'biuwer_token',
      taken.to === null
        ? "The user's Biuwer token is valid and has no end."
        : `The user's Biuwer token is valid until ${formatTimestamp(taken.to)}.`,
    )
  const refusal = biuwerTokenRefusal(tokens, at)
  return failed(
    'biuwer_token',
    refusal?.code === 'biuwer_token_not_yet_valid'
      ? `The user's Biuwer token is valid only from ${formatTimestamp(refusal.validFrom)} on.`
      : 'The user has no Biuwer token that is valid. Add one, or link the user anew.',
  )
}

function singleUse(spent: boolean): OpeningCheck {
  return spent
    ? failed(
        'single_use',
        'The single-use token was redeemed by a page view; only that page view may use it again.',
      )
    : passed('single_use', 'The single-use token was not redeemed yet.')
}
