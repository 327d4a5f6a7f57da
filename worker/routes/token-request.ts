import * as v from 'valibot'
import { SEARCH_TEXT, SINGLE_USE_SECONDS } from '../policy/bounds.ts'
import { folded } from '../policy/folded-text.ts'
import { type AllowedOrigins, isOriginEntry, liesWithin } from '../policy/origins.ts'
import { DEFAULT_OVERLAP, REFRESH_POLICIES, REGIONS, type TokenRecord } from '../policy/record.ts'
import type { Instant } from '../policy/time.ts'
import type { Changes } from '../policy/update.ts'
import { cursorOf, limit } from './cursor.ts'
import {
  instant,
  isAfter,
  label,
  listOf,
  mapOf,
  metadata,
  metadataKey,
  metadataValue,
  origin,
  origins,
  overlap,
  resources,
  singleUseTtl,
  time,
  timeZone,
  userId,
} from './request-fields.ts'

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

/** Body of `POST /v1/tokens`: each field by itself. */
export const TokenRequest = v.strictObject(fields)

/** A record's or signer's `origins`, which have to lie within those of the deployment. */
export function originsWithin(allowed: AllowedOrigins) {
  const allowedOrigin = v.pipe(
    origin,
    v.check(
      (text) => !isOriginEntry(text) || liesWithin(text, allowed),
      'The deployment does not allow this origin; add it to ALLOWED_ORIGINS.',
    ),
  )
  return v.optional(v.nullable(listOf(allowedOrigin)))
}

/** Body of `POST /v1/tokens`, with the rules between fields and those of the clock and the deployment. */
export function tokenRequest(allowed: AllowedOrigins, now: Instant) {
  return v.pipe(
    v.strictObject({ ...fields, origins: originsWithin(allowed) }),
    v.forward(
      v.partialCheck(
        [['from'], ['to']],
        ({ from, to }) => !to || from === undefined || isAfter(to, from),
        'The end has to be after "from".',
      ),
      ['to'],
    ),
    v.forward(
      v.partialCheck([['to']], ({ to }) => !to || isAfter(to, now), 'The end has to be in the future.'),
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

/** Body of `POST /v1/tokens/{id}/refresh`. */
export const RefreshRequest = v.strictObject({ rotate: v.optional(v.boolean(), false) })

/** Body of `PATCH /v1/tokens/{id}`. */
export const UpdateRequest = v.strictObject({
  label: fields.label,
  metadata: v.optional(mapOf(metadataKey, v.nullable(metadataValue))),
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
  return [...folded(sought)].length >= least && sought.length <= most && !/\p{Cc}/u.test(sought)
}

/** Query of `GET /v1/tokens`. */
export const TokenListQuery = v.strictObject({
  user: v.optional(userId),
  status: v.optional(v.picklist(['pending', 'active', 'expired', 'revoked'])),
  text: v.optional(text),
  limit,
  cursor: cursorOf(/^tok_/),
})

/**
 * The record that a valid request asks for.
 * @param milliseconds of its creation, since 1970
 */
export function recordOf(
  body: v.InferOutput<typeof TokenRequest>,
  id: string,
  milliseconds: number,
): TokenRecord {
  const now = Math.floor(milliseconds / 1000)
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
    generation: milliseconds,
    generationStartedAt: now,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  }
}

/** A list without what it says twice. */
export function distinct(list: string[] | null | undefined): string[] | null {
  return list ? [...new Set(list)] : null
}
