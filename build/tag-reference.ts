/** The reference of the tag as Markdown tables, made from its manifest. */
import type { Declaration } from './manifest.ts'

const text = (of: string | undefined) => (of ?? '').replace(/\s+/g, ' ').replaceAll('|', '\\|').trim()
const code = (of: string | undefined) => (of ? `\`${text(of)}\`` : '')

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The tables, by the names of the markers that they stand behind. */
export function tables(element: Declaration): Record<string, string> {
  const { attributes, members, events, slots, cssParts, cssProperties, cssStates } = element
  const properties = members.filter(({ kind, attribute }) => kind === 'field' && !attribute)
  const methods = members.filter(({ kind }) => kind === 'method')
  return {
    attributes: table(
      ['attribute', 'property', 'type', 'default', 'meaning'],
      attributes.map((of) => [
        code(of.name),
        code(of.fieldName),
        code(of.type?.text),
        code(of.default),
        text(of.description),
      ]),
    ),
    properties: table(
      ['property', 'type', 'meaning'],
      properties.map((of) => [
        code(of.name),
        code(of.type?.text),
        `${of.readonly ? 'Read-only. ' : ''}${text(of.description)}`,
      ]),
    ),
    methods: table(
      ['method', 'gives', 'meaning'],
      methods.map((of) => [
        code(`${of.static ? 'BiuwerEmbedElement.' : ''}${of.name}()`),
        code(of.return?.type.text),
        text(of.description),
      ]),
    ),
    events: table(
      ['event', 'class', 'when'],
      events.map((of) => [code(of.name), code(of.type?.text), text(of.description)]),
    ),
    slots: table(
      ['slot', 'what it replaces'],
      slots.map((of) => [code(of.name), text(of.description)]),
    ),
    parts: table(
      ['part', 'what it is'],
      cssParts.map((of) => [code(of.name), text(of.description)]),
    ),
    'custom-properties': table(
      ['custom property', 'default', 'of what'],
      cssProperties.map((of) => [code(of.name), code(of.default), text(of.description)]),
    ),
    states: table(
      ['state', 'when'],
      cssStates.map((of) => [code(`:state(${of.name})`), text(of.description)]),
    ),
  }
}

/** Replaces the table behind each marker of a page with the manifest's. */
export function withTables(page: string, element: Declaration): string {
  const all = tables(element)
  return page.replace(
    /(<!-- manifest:([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const made = all[name]
      if (!made) throw new Error(`the manifest has no ${name}`)
      return `${begin}\n${made}\n\n${end}`
    },
  )
}
