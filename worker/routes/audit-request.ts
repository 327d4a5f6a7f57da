import * as v from 'valibot'
import { cursor, limit } from './query.ts'

/** Query of `GET /v1/audit`. */
export const AuditQuery = v.strictObject({
  target: v.optional(v.pipe(v.string(), v.maxLength(128, 'A target has at most 128 characters.'))),
  limit,
  cursor,
})
