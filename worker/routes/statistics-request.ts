import * as v from 'valibot'

/** Whole days, today (UTC) included. Analytics Engine keeps three months. */
export const days = v.optional(
  v.pipe(v.string(), v.regex(/^([1-9]|[1-8]\d|90)$/, 'Pass whole days, 1 to 90.'), v.transform(Number)),
  '30',
)
export const StatisticsQuery = v.strictObject({ days })
