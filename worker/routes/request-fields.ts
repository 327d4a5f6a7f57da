import * as v from 'valibot'
import {
  LONGEST_LABEL,
  LONGEST_ORIGIN,
  METADATA,
  MOST_LISTED,
  OVERLAP_SECONDS,
  RESOURCE_ID,
  SINGLE_USE_SECONDS,
  USER,
} from '../policy/bounds.ts'
import { isOriginEntry } from '../policy/origins.ts'
import { isTimeZone } from '../policy/periods.ts'
import { type Instant, parseTimestamp } from '../policy/time.ts'

/** Schemas of the fields that several requests, or the lines of a backup, share. */

export const userId = v.pipe(
  v.string(),
  v.regex(USER, 'A user is 1 to 128 letters, digits, "_", ".", "@", "+" or "-", not "." or "..".'),
)

export const resourceId = v.pipe(
  v.string(),
  v.regex(RESOURCE_ID, 'A resource id is 1 to 128 letters, digits, "_" or "-".'),
)

export const origin = v.pipe(
  v.string(),
  v.maxLength(LONGEST_ORIGIN, `An origin has at most ${LONGEST_ORIGIN} characters.`),
  v.check(
    isOriginEntry,
    'Write the origin as browsers do, "https://app.example.com": lower case, no path, no default port. Or all below a name, "https://*.example.com". Or an app’s, "capacitor://localhost".',
  ),
)

export const time = v.pipe(
  v.string(),
  v.check(isTime, 'Pass an RFC 3339 time of the years 1970 to 9998, such as "2026-03-01T00:00:00Z".'),
)

export const seconds = ({ least, most }: { least: number; most: number }) => {
  const message = `Pass whole seconds, ${least} to ${most}.`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

/** Text without a lone surrogate: UTF-8, and with it the registry, has nothing for half of a character. */
const freeText = v.pipe(v.string(), v.check(isWellFormed, 'Whole characters alone: no lone surrogate.'))

export const metadataKey = v.pipe(
  freeText,
  v.minLength(1, 'A key may not be empty.'),
  v.maxLength(METADATA.key, `A key has at most ${METADATA.key} characters.`),
)
export const metadataValue = v.pipe(
  freeText,
  v.maxLength(METADATA.value, `A value has at most ${METADATA.value} characters.`),
)
export const metadata = v.pipe(
  mapOf(metadataKey, metadataValue),
  v.maxEntries(METADATA.entries, `There may be at most ${METADATA.entries} keys.`),
)

/** An object of any keys. Valibot's own `record` takes an array for one, with its indices as keys. */
export function mapOf<Key extends v.GenericSchema<string, string>, Value extends v.GenericSchema>(
  key: Key,
  value: Value,
): v.RecordSchema<Key, Value, undefined> {
  return withoutArrays(v.record(key, value))
}

/** A schema of objects that refuses an array, which valibot takes for an object whose keys are its indices. */
export function withoutArrays<Schema extends v.GenericSchema>(schema: Schema): Schema {
  return {
    ...schema,
    '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
      if (Array.isArray(dataset.value)) v._addIssue(schema as never, 'type', dataset, config)
      return Array.isArray(dataset.value) ? dataset : schema['~run'](dataset, config)
    },
  }
}

export const listOf = <Item extends v.GenericSchema<string, string>>(item: Item) =>
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

/** The moment that a checked timestamp names. */
export function instant(timestamp: string): Instant {
  const parsed = parseTimestamp(timestamp)
  if (parsed === undefined) throw new Error('the timestamp was not checked')
  return parsed
}

/** Whether a time is after a moment, or after another time. One that can't be read passes: its own field's check reports it. */
export function isAfter(text: string, other: Instant | string): boolean {
  const at = parseTimestamp(text)
  const moment = typeof other === 'string' ? parseTimestamp(other) : other
  return at === undefined || moment === undefined || at > moment
}

export function isWellFormed(text: string): boolean {
  return text.isWellFormed()
}

export function isTime(text: string): boolean {
  return parseTimestamp(text) !== undefined
}
