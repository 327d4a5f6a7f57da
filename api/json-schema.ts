import {
  type ConversionConfig,
  type JsonSchema,
  toJsonSchema,
  toJsonSchemaDefs,
} from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { isOriginEntry } from '../worker/policy/origins.ts'
import { isTimeZone } from '../worker/policy/periods.ts'
import { isCursor, isNameCursor, limit } from '../worker/routes/cursor.ts'
import { isName } from '../worker/routes/key-request.ts'
import { isTime, isWellFormed } from '../worker/routes/request-fields.ts'
import { days } from '../worker/routes/requests.ts'
import { isSearchable } from '../worker/routes/token-request.ts'
import type { Parameter, Schema } from './shape.ts'

/** What JSON Schema can say of rules that are code; the rule's own message says the rest. */
const CHECKS = new Map<unknown, JsonSchema>([
  [isTime, { format: 'date-time', examples: ['2026-03-01T00:00:00Z'] }],
  [
    isOriginEntry,
    {
      pattern: '^(https?|capacitor|ionic|tauri|app)://[^/?#@;,\\s]+$',
      examples: ['https://app.example.com', 'https://*.example.com', 'capacitor://localhost'],
    },
  ],
  [isTimeZone, { examples: ['Europe/Madrid'] }],
  [isCursor, { pattern: '^[A-Za-z0-9_-]{1,2000}$' }],
  [isNameCursor, { pattern: '^[A-Za-z0-9_-]{1,200}$' }],
  [isWellFormed, { pattern: '^[^\\ud800-\\udfff]*$' }],
  [isName, { minLength: 1, maxLength: 200 }],
  [isSearchable, { minLength: 3, maxLength: 128 }],
])

/** Parameters of a query, which has only text, whose text spells a number. */
const NUMBERS = new Map<unknown, JsonSchema>([
  [limit, { type: 'integer', minimum: 1, maximum: 100, default: 20 }],
  [days, { type: 'integer', minimum: 1, maximum: 400, default: 30 }],
])

/**
 * How the schemas that the worker checks requests with become JSON Schema 2020-12 of what a client sends. A rule that
 * JSON Schema can't express fails the build instead of going missing.
 */
const CONVERSION: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  overrideRef: ({ referenceId }) => refTo(referenceId).$ref,
  overrideAction: ({ valibotAction: action, jsonSchema }) => {
    if (!('requirement' in action && 'message' in action)) return undefined
    const expressed = CHECKS.get(action.requirement)
    return expressed && { ...jsonSchema, ...expressed, description: String(action.message) }
  },
  overrideSchema: ({ valibotSchema, jsonSchema }) =>
    valibotSchema.type === 'loose_object'
      ? { ...jsonSchema, additionalProperties: true }
      : NUMBERS.get(valibotSchema),
}

interface ObjectSchema extends v.GenericSchema {
  readonly entries: Record<string, v.GenericSchema>
}

/** A schema that the document names, with what it and its fields mean. */
export interface Named<Described extends ObjectSchema = ObjectSchema> {
  name: string
  schema: Described
  description: string
  fields: Record<string, string>
}

const declared = new Map<string, Named>()

/** Names a schema and says what its fields mean: a field that has no words does not compile. */
export function named<const Described extends ObjectSchema>(
  name: string,
  schema: Described,
  description: string,
  fields: Record<keyof Described['entries'] & string, string>,
): Named<Described> {
  if (declared.has(name)) throw new Error(`two schemas are named ${name}`)
  const made = { name, schema, description, fields }
  declared.set(name, made)
  return made
}

export function ref({ name }: Named): Schema & { $ref: string } {
  return refTo(name)
}

const SCHEMAS = '#/components/schemas/'
const refTo = (name: string) => ({ $ref: `${SCHEMAS}${name}` })

/** The named schemas that a part of the document refers to, and those that they refer to, by name. */
export function schemasOf(part: object): Record<string, Schema> {
  const all = Object.values(Object.fromEntries(declared))
  const definitions = Object.fromEntries(all.map(({ name, schema }) => [name, schema]))
  const converted = toJsonSchemaDefs(definitions, CONVERSION) as Record<string, Schema>
  for (const { name, description, fields } of all) {
    const schema = converted[name]
    if (!schema) throw new Error(`${name} was not converted`)
    schema.description = description
    describe(schema, fields)
  }
  const reachable: Record<string, Schema> = {}
  const collect = (from: object): void => {
    for (const [, name = ''] of JSON.stringify(from).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      const schema = converted[name]
      if (!schema) throw new Error(`no schema is named ${name}`)
      if (name in reachable) continue
      reachable[name] = schema
      collect(schema)
    }
  }
  collect(part)
  return reachable
}

/** The parameters of a request's query. */
export function queryParameters<const Described extends ObjectSchema>(
  query: Described,
  words: Record<keyof Described['entries'] & string, string>,
): Parameter[] {
  const { properties = {} } = describe(toJsonSchema(query, CONVERSION) as Schema, words)
  return Object.entries(properties).map(([name, { description = '', ...schema }]) => ({
    name,
    in: 'query',
    description,
    schema,
  }))
}

/** The schema of a single parameter. */
export function parameterSchema(schema: v.GenericSchema): Schema {
  const { $schema, ...converted } = toJsonSchema(schema, CONVERSION) as Schema & { $schema?: string }
  return converted
}

/** Puts what fields mean before what their rules say. */
function describe(schema: Schema, fields: Record<string, string>): Schema {
  for (const [field, text] of Object.entries(fields)) {
    const property = schema.properties?.[field]
    if (!property) throw new Error(`there is no field ${field}`)
    property.description = property.description ? `${text} ${property.description}` : text
  }
  return schema
}
