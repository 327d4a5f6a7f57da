import * as v from 'valibot'
import { isOrigin } from '../policy/origins.ts'
import { isTimeZone } from '../policy/periods.ts'
import { REFRESH_POLICIES, REGIONS } from '../policy/record.ts'
import { resourceId, userId } from './token-request.ts'

const text = v.pipe(v.string(), v.maxLength(1024))
const instant = v.pipe(v.number(), v.integer())
const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const origin = v.pipe(v.string(), v.check(isOrigin, 'This is no origin.'))

const user = v.strictObject({
  type: v.literal('user'),
  user: userId,
  link: text,
  kid: text,
  iv: text,
  data: text,
  linked_at: instant,
  updated_at: instant,
})

const token = v.strictObject({
  type: v.literal('token'),
  record: v.strictObject({
    id: v.pipe(v.string(), v.regex(/^tok_[A-Za-z0-9_-]{22}$/)),
    user: userId,
    resources: v.nullable(v.array(resourceId)),
    origins: v.nullable(v.array(origin)),
    refresh: v.picklist(REFRESH_POLICIES),
    from: instant,
    to: v.nullable(instant),
    timeZone: v.pipe(v.string(), v.check(isTimeZone, 'This is no time zone.')),
    overlap: v.pipe(v.number(), v.integer(), v.minValue(0)),
    singleUseTtl: v.nullable(count),
    region: v.nullable(v.picklist(REGIONS)),
    label: v.nullable(text),
    metadata: v.record(v.string(), text),
    version: count,
    revision: count,
    generation: count,
    generationStartedAt: instant,
    createdAt: instant,
    lastUsedAt: v.nullable(instant),
    revokedAt: v.nullable(instant),
  }),
  generation_ends: v.array(v.strictTuple([count, instant])),
})

const audit = v.strictObject({
  type: v.literal('audit'),
  at: instant,
  actor: text,
  action: text,
  target: text,
  request_id: text,
})

/** The first line of a backup. */
const head = v.strictObject({ type: v.literal('biuwer-embed'), format: v.literal(1), exported_at: text })

const end = v.strictObject({ type: v.literal('end') })

/** A line of `GET /v1/export` and `POST /v1/import`. */
export const BackupLine = v.variant('type', [head, user, token, audit, end])
