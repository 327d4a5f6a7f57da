import fc from 'fast-check'
import type { Schema } from '../../api/shape.ts'
import { HOST } from './api.ts'
import { document } from './document.ts'

/** Values that a schema of the document allows, and free text that it does not. */
export function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref) return valid(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valid))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.type === 'object') return object(schema)
  if (schema.type === 'array')
    return fc.array(valid(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 4 })
  if (schema.type === 'string') return text(schema)
  if (schema.type === 'integer')
    return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000_000 })
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'null') return fc.constant(null)
  throw new Error(`no values for ${JSON.stringify(schema)}`)
}

function object({ properties = {}, required = [], additionalProperties, propertyNames }: Schema) {
  if (typeof additionalProperties === 'object')
    return fc.dictionary(text(propertyNames ?? {}), valid(additionalProperties) as fc.Arbitrary<string>, {
      maxKeys: 4,
    })
  const fields = Object.entries(properties).map(([name, field]) => [name, valid(field)])
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: required,
  })
}

const ZONES = ['UTC', 'Europe/Madrid', 'America/Sao_Paulo', 'Pacific/Apia']

function text(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('9998-12-31T23:59:59Z'), noInvalidDate: true })
      .map((date) => date.toISOString())
  if (schema.format === 'uri') return fc.constantFrom(HOST, 'https://other.example.com')
  if (schema.examples?.includes('Europe/Madrid')) return fc.constantFrom(...ZONES)
  if (schema.pattern === WELL_FORMED) return freeText(schema)
  // The generator knows no lookahead; what it lets through is too rare to matter.
  if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern.replace(/\(\?!.*?\)/, '')))
  return fc.string({ minLength: schema.minLength ?? 0, maxLength: schema.maxLength ?? 300 })
}

const WELL_FORMED = '^[^\\ud800-\\udfff]*$'
/** Of UTF-16, halves of characters among them. */
const codeUnit = fc
  .oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff }))
  .map((unit) => String.fromCharCode(unit))

/** Now and then one that JSON can tell and UTF-8 can not, which is refused. */
function freeText({ minLength = 0, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ minLength, maxLength, unit: 'binary' }) },
    { weight: 1, arbitrary: fc.string({ minLength, maxLength, unit: codeUnit }) },
  )
}

const NAMES = ['__proto__', 'constructor', 'toString', 'user', 'token', 'to', 'metadata', 'resources', '']

/** The same with a field too many, of another kind, or gone. */
export function mutated(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(values, fc.constantFrom(...NAMES), fc.option(fc.jsonValue({ maxDepth: 3 })))
    .map(([value, name, other]) => {
      if (typeof value !== 'object' || value === null) return other
      const entries = Object.entries(value).filter(([key]) => key !== name)
      return Object.fromEntries(other === null ? entries : [...entries, [name, other]])
    })
}
