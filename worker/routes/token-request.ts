import * as v from 'valibot'
import {
  LONGEST_LABEL,
  LONGEST_ORIGIN,
  METADATA,
  MOST_LISTED,
  OVERLAP_SECONDS,
  RESOURCE_ID,
  SEARCH_TEXT,
  SINGLE_USE_SECONDS,
  USER,
} from '../policy/bounds.ts'
import { type AllowedOrigins, isAllowed, isOrigin } from '../policy/origins.ts'
import { isTimeZone } from '../policy/periods.ts'
import { DEFAULT_OVERLAP, REFRESH_POLICIES, REGIONS, type TokenRecord } from '../policy/record.ts'
import { type Instant, parseTimestamp } from '../policy/time.ts'
import type { Changes } from '../policy/update.ts'
import { cursor, limit } from './query.ts'

export const userId = v.pipe(
  v.string(),
  v.regex(USER, 'A user is 1 to 128 letters, digits, "_", ".", "@", "+" or "-", not "." or "..".'),
)

export const resourceId = v.pipe(
  v.string(),
  v.regex(RESOURCE_ID, 'A resource id is 1 to 128 letters, digits, "_" or "-".'),
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

const seconds = ({ least, most }: { least: number; most: number }) => {
  const message = `Pass whole seconds, ${least} to ${most}.`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

/** Half a surrogate pair is no character: UTF-8, and with it the registry, has nothing for it. */
const freeText = v.pipe(v.string(), v.check(isWellFormed, 'Whole characters alone: no lone surrogate.'))

const metadataKey = v.pipe(
  freeText,
  v.minLength(1, 'A key may not be empty.'),
  v.maxLength(METADATA.key, `A key has at most ${METADATA.key} characters.`),
)
const metadataValue = v.pipe(
  freeText,
  v.maxLength(METADATA.value, `A value has at most ${METADATA.value} characters.`),
)
export const metadata = v.pipe(
  v.record(metadataKey, metadataValue),
  v.maxEntries(METADATA.entries, `There may be at most ${METADATA.entries} keys.`),
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
export const overlap = seconds(OVERLAP_SECONDS)
export const singleUseTtl = seconds(SINGLE_USE_SECONDS)
export const label = v.pipe(
  freeText,
  v.maxLength(LONGEST_LABEL, `A label has at most ${LONGEST_LABEL} characters.`),
)

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

const text = v.pipe(
  v.string(),
  v.check(
    isSearchable,
    `Pass ${SEARCH_TEXT.least} to ${SEARCH_TEXT.most} characters, none of them a control character.`,
  ),
)

export function isSearchable(sought: string): boolean {
  const { least, most } = SEARCH_TEXT
  return [...sought].length >= least && sought.length <= most && !/\p{Cc}/u.test(sought)
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
    singleUseTtl: body.refresh === 'single-use' ? (body.single_use_ttl ?? SINGLE_USE_SECONDS.default) : null,
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
