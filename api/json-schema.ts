import { type JsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { isOrigin } from '../worker/policy/origins.ts'
import { isTimeZone } from '../worker/policy/periods.ts'
import { isCursor, isNameCursor, limit } from '../worker/routes/cursor.ts'
import { isTime, isWellFormed } from '../worker/routes/request-fields.ts'
import { days } from '../worker/routes/requests.ts'
import { isSearchable } from '../worker/routes/token-request.ts'
import type { Schema } from './shape.ts'

/** What JSON Schema can say of rules that are code; the rule's own message says the rest. */
const CHECKS = new Map<unknown, JsonSchema>([
  [isTime, { format: 'date-time', examples: ['2026-03-01T00:00:00Z'] }],
  [isOrigin, { format: 'uri', pattern: '^https?://[^/?#@]+$', examples: ['https://app.example.com'] }],
  [isTimeZone, { examples: ['Europe/Madrid'] }],
  [isCursor, { pattern: '^[A-Za-z0-9_-]{1,200}$' }],
  [isNameCursor, { pattern: '^[A-Za-z0-9_-]{1,200}$' }],
  [isWellFormed, { pattern: '^[^\\ud800-\\udfff]*$' }],
  [isSearchable, { minLength: 3, maxLength: 128 }],
])

/** A query has only text; what these have to spell is a number. */
const NUMBERS = new Map<unknown, JsonSchema>([
  [limit, { type: 'integer', minimum: 1, maximum: 100, default: 20 }],
  [days, { type: 'integer', minimum: 1, maximum: 90, default: 30 }],
])

/** A named schema with what its fields mean: a field that has no description does not compile. */
export interface Named {
  schema: v.GenericSchema
  description: string
  fields: Record<string, string>
}

interface ObjectSchema extends v.GenericSchema {
  readonly entries: Record<string, v.GenericSchema>
}

export function named<const Described extends ObjectSchema>(
  schema: Described,
  description: string,
  fields: Record<keyof Described['entries'] & string, string>,
): Named {
  return { schema, description, fields }
}

/**
 * The schemas that requests are checked with, as JSON Schema 2020-12 of what a client sends. A rule that
 * this can't express fails the build instead of going missing.
 */
export function toSchemas(components: Record<string, Named>): Record<string, Schema> {
  const definitions = Object.fromEntries(
    Object.entries(components).map(([name, { schema }]) => [name, schema]),
  )
  const converted = toJsonSchemaDefs(definitions, {
    target: 'draft-2020-12',
    typeMode: 'input',
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideAction: ({ valibotAction: action, jsonSchema }) => {
      if (!('requirement' in action && 'message' in action)) return undefined
      const expressed = CHECKS.get(action.requirement)
      return expressed && { ...jsonSchema, ...expressed, description: String(action.message) }
    },
    overrideSchema: ({ valibotSchema }) => NUMBERS.get(valibotSchema),
  }) as Record<string, Schema>
  for (const [name, { description, fields }] of Object.entries(components)) {
    const schema = converted[name]
    if (!schema?.properties) throw new Error(`${name} is no object`)
    schema.description = description
    for (const [field, text] of Object.entries(fields)) {
      const property = schema.properties[field]
      if (!property) throw new Error(`${name} has no field ${field}`)
      property.description = property.description ? `${text} ${property.description}` : text
    }
  }
  return converted
}
