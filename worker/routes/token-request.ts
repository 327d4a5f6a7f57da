import * as v from 'valibot'
import { type AllowedOrigins, isAllowed, isOrigin } from '../policy/origins.ts'
import { isTimeZone } from '../policy/periods.ts'
import { DEFAULT_OVERLAP, REFRESH_POLICIES, REGIONS, type TokenRecord } from '../policy/record.ts'
import { type Instant, parseTimestamp } from '../policy/time.ts'
import { type Changes, MOST_METADATA } from '../policy/update.ts'
import { cursor, limit } from './query.ts'

const LONGEST_OVERLAP = 2_678_400
const DEFAULT_SINGLE_USE_TTL = 300
/** A scheme, a host name of 253 characters (RFC 1035 §2.3.4) and a port. */
const LONGEST_ORIGIN = 'https://'.length + 253 + ':65535'.length
/** So many of the longest still make a value that fits into the body of an opening. */
const MOST_LISTED = 100

export const userId = v.pipe(
  v.string(),
  v.regex(
    /^(?!\.\.?$)[A-Za-z0-9_.@+-]{1,128}$/,
    'A user is 1 to 128 letters, digits, "_", ".", "@", "+" or "-", not "." or "..".',
  ),
)

export const resourceId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,128}$/, 'A resource id is 1 to 128 letters, digits, "_" or "-".'),
)

const origin = v.pipe(
  v.string(),
  v.maxLength(LONGEST_ORIGIN, `An origin has at most ${LONGEST_ORIGIN} characters.`),
  v.check(
    isOrigin,
    'Write the origin as browsers do: "https://app.example.com", lower case, no path, no default port.',
  ),
)

const time = v.pipe(
  v.string(),
  v.check(isTime, 'Pass an RFC 3339 time of the years 1970 to 9998, such as "2026-03-01T00:00:00Z".'),
)

const seconds = (least: number, most: number) => {
  const message = `Pass whole seconds, ${least} to ${most}.`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

/** Half a surrogate pair is no character: UTF-8, and with it the registry, has nothing for it. */
const freeText = v.pipe(v.string(), v.check(isWellFormed, 'Whole characters alone: no lone surrogate.'))

const metadataKey = v.pipe(
  freeText,
  v.minLength(1, 'A key may not be empty.'),
  v.maxLength(40, 'A key has at most 40 characters.'),
)
const metadataValue = v.pipe(freeText, v.maxLength(500, 'A value has at most 500 characters.'))
export const metadata = v.pipe(
  v.record(metadataKey, metadataValue),
  v.maxEntries(MOST_METADATA, `There may be at most ${MOST_METADATA} keys.`),
)

const listOf = <Item extends v.GenericSchema<string, string>>(item: Item) =>
  v.pipe(
    v.array(item),
    v.minLength(1, 'The list may not be empty; leave the field out, or pass null, for any.'),
    v.maxLength(MOST_LISTED, `The list may have at most ${MOST_LISTED} entries.`),
  )

export const resources = listOf(resourceId)
export const origins = listOf(origin)
export const timeZone = v.pipe(
  v.string(),
  v.check(isTimeZone, 'Pass the name of an IANA time zone, such as "Europe/Madrid".'),
)
export const overlap = seconds(0, LONGEST_OVERLAP)
export const singleUseTtl = seconds(30, 86_400)
export const label = v.pipe(freeText, v.maxLength(200, 'A label has at most 200 characters.'))

const fields = {
  user: userId,
  resources: v.optional(v.nullable(resources)),
  origins: v.optional(v.nullable(origins)),
  refresh: v.optional(v.picklist(REFRESH_POLICIES), 'none'),
  from: v.optional(time),
  to: v.optional(v.nullable(time)),
  time_zone: v.optional(timeZone, 'UTC'),
  overlap: v.optional(overlap),
  single_use_ttl: v.optional(v.nullable(singleUseTtl)),
  region: v.optional(v.nullable(v.picklist(REGIONS))),
  label: v.optional(v.nullable(label)),
  metadata: v.optional(metadata, {}),
}

/** Body of `POST /v1/tokens`, by itself. */
export const TokenRequest = v.strictObject(fields)

function originsWithin(allowed: AllowedOrigins) {
  const allowedOrigin = v.pipe(
    origin,
    v.check(
      (text) => !isOrigin(text) || isAllowed(text, allowed),
      'The deployment does not allow this origin; add it to ALLOWED_ORIGINS.',
    ),
  )
  return v.optional(v.nullable(listOf(allowedOrigin)))
}

/** The same with the rules between its fields, the clock and the deployment. */
export function tokenRequest(allowed: AllowedOrigins, now: Instant) {
  return v.pipe(
    v.strictObject({ ...fields, origins: originsWithin(allowed) }),
    v.forward(
      v.partialCheck(
        [['from'], ['to']],
        ({ from, to }) => !to || from === undefined || endsAfter(to, parseTimestamp(from)),
        'The end has to be after "from".',
      ),
      ['to'],
    ),
    v.forward(
      v.partialCheck([['to']], ({ to }) => !to || endsAfter(to, now), 'The end has to be in the future.'),
      ['to'],
    ),
    v.forward(
      v.partialCheck(
        [['refresh'], ['single_use_ttl']],
        ({ refresh, single_use_ttl }) => refresh === 'single-use' || (single_use_ttl ?? null) === null,
        'Only tokens with "refresh": "single-use" have it.',
      ),
      ['single_use_ttl'],
    ),
  )
}

/** What is no time was refused as one already, and breaks no other rule. */
function endsAfter(to: string, start: Instant | undefined): boolean {
  const end = parseTimestamp(to)
  return end === undefined || start === undefined || end > start
}

/** Body of `POST /v1/tokens/{id}/refresh`. */
export const RefreshRequest = v.strictObject({ rotate: v.optional(v.boolean(), false) })

/** Body of `PATCH /v1/tokens/{id}`. */
export const UpdateRequest = v.strictObject({
  label: fields.label,
  metadata: v.optional(v.record(metadataKey, v.nullable(metadataValue))),
  to: fields.to,
  resources: fields.resources,
  origins: fields.origins,
})

export function updateRequest(allowed: AllowedOrigins) {
  return v.strictObject({ ...UpdateRequest.entries, origins: originsWithin(allowed) })
}

/** The changes that a valid request asks for. */
export function changesOf({ to, resources, origins, ...body }: v.InferOutput<typeof UpdateRequest>): Changes {
  return {
    ...body,
    ...(to !== undefined && { to: to === null ? null : instant(to) }),
    ...(resources !== undefined && { resources: distinct(resources) }),
    ...(origins !== undefined && { origins: distinct(origins) }),
  }
}

/** What a substring index can look up: pieces of three characters. */
const LEAST_TEXT = 3
const text = v.pipe(
  v.string(),
  v.check(isSearchable, `Pass ${LEAST_TEXT} to 128 characters, none of them a control character.`),
)

export function isSearchable(sought: string): boolean {
  return [...sought].length >= LEAST_TEXT && sought.length <= 128 && !/\p{Cc}/u.test(sought)
}

/** Query of `GET /v1/tokens`. */
export const TokenListQuery = v.strictObject({
  user: v.optional(userId),
  status: v.optional(v.picklist(['pending', 'active', 'expired', 'revoked'])),
  text: v.optional(text),
  limit,
  cursor,
})

/** Body of `POST /v1/tokens/{id}/explain`. */
export const ExplainRequest = v.strictObject({
  token: v.optional(v.string()),
  resource: v.optional(resourceId),
  origin: v.optional(v.string()),
  at: v.optional(time),
})

/** The record that a valid request asks for. */
export function recordOf(body: v.InferOutput<typeof TokenRequest>, id: string, now: Instant): TokenRecord {
  return {
    id,
    user: body.user,
    resources: distinct(body.resources),
    origins: distinct(body.origins),
    refresh: body.refresh,
    from: body.from === undefined ? now : instant(body.from),
    to: body.to ? instant(body.to) : null,
    timeZone: body.time_zone,
    overlap: body.overlap ?? DEFAULT_OVERLAP[body.refresh],
    singleUseTtl: body.refresh === 'single-use' ? (body.single_use_ttl ?? DEFAULT_SINGLE_USE_TTL) : null,
    region: body.region ?? null,
    label: body.label ?? null,
    metadata: body.metadata,
    version: 1,
    revision: 1,
    generation: 1,
    generationStartedAt: now,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  }
}

/** Of a text that the schema has let through. */
export function instant(text: string): Instant {
  const parsed = parseTimestamp(text)
  if (parsed === undefined) throw new Error('an unchecked time')
  return parsed
}

export function isWellFormed(text: string): boolean {
  return text.isWellFormed()
}

export function isTime(text: string): boolean {
  return parseTimestamp(text) !== undefined
}

function distinct(list: string[] | null | undefined): string[] | null {
  return list ? [...new Set(list)] : null
}
