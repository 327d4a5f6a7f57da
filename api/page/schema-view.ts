import { html } from 'hono/html'
import type { OpenApi, Schema } from '../shape.ts'
import { type Markup, phrase } from './markup.ts'

/** The fields of an object, one a row. */
export function fieldTable(schema: Schema): Markup {
  const required = new Set(schema.required)
  const fields = Object.entries(schema.properties ?? {})
  return html`<dl class="fields">${fields.map(([name, field]) =>
    fieldRow(name, field, required.has(name)),
  )}</dl>`
}

export function fieldRow(name: string, schema: Schema, required: boolean, note = ''): Markup {
  const limits = limitsOf(schema)
  return html`
<div><dt><code>${name}</code> <span class="type">${typeOf(schema)}</span>${
    required ? html` <span class="required">required</span>` : ''
  }${note && html` <span class="type">${note}</span>`}</dt>
<dd>${phrase(schema.description ?? '')}${
    limits.length > 0 && html` <span class="limits">${phrase(limits.join(', '))}</span>`
  }</dd></div>`
}

export function nameOf({ $ref }: { $ref: string }): string {
  return $ref.slice($ref.lastIndexOf('/') + 1)
}

export function resolved(document: OpenApi, schema: Schema): Schema {
  if (!schema.$ref) return schema
  const found = document.components.schemas[nameOf({ $ref: schema.$ref })]
  if (!found) throw new Error(`${schema.$ref} leads nowhere`)
  return found
}

function typeOf(schema: Schema): Markup {
  if (schema.$ref) {
    const name = nameOf({ $ref: schema.$ref })
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if (schema.anyOf) return html`${schema.anyOf.map((option, index) => [index > 0 && ' or ', typeOf(option)])}`
  if (schema.const !== undefined) return html`${JSON.stringify(schema.const)}`
  if (schema.enum) return html`${schema.enum.map(String).join(' | ')}`
  if (schema.items) return html`array of ${typeOf(schema.items)}`
  if (typeof schema.additionalProperties === 'object')
    return html`map of ${typeOf(schema.additionalProperties)}`
  const format = schema.format && ` (${schema.format})`
  return html`${[schema.type ?? 'any'].flat().join(' or ')}${format}`
}

/** What bounds a value, in words; of a list, what bounds its items too. */
function limitsOf(schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema
  const ranges = [
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' entries'),
  ]
  return [
    ...ranges.filter((text) => text !== undefined),
    ...(schema.maxProperties === undefined ? [] : [`at most ${schema.maxProperties} keys`]),
    ...(schema.pattern ? [`\`${schema.pattern}\``] : []),
    ...(schema.default === undefined ? [] : [`default \`${JSON.stringify(schema.default)}\``]),
    ...(schema.items ? limitsOf(schema.items) : []),
    ...(schema.anyOf ?? []).flatMap(limitsOf),
  ]
}

function range(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  if (least === undefined && most === undefined) return undefined
  if (most === undefined) return least === 0 ? undefined : `at least ${least}${unit}`
  return least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`
}
