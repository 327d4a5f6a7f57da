/** A table of a TOML file as text: its header, the lines under it, and the comment above it. */
export interface Block {
  comment: string[]
  /** Without brackets: `observability.logs`. */
  header: string
  /** Whether the table is one of an array: `[[migrations]]`. */
  isArray: boolean
  lines: string[]
}

const HEADER = /^(\[\[?)([\w.-]+)\]\]?$/

/**
 * Takes the repository's own `wrangler.toml` apart, in which a comment stands above what it is about and a header alone on its
 * line. `head` is what precedes the first table.
 */
export function blocksOf(toml: string): { head: string[]; blocks: Block[] } {
  const head: string[] = []
  const blocks: Block[] = []
  for (const paragraph of toml.trim().split(/\n{2,}/)) {
    const lines = paragraph.split('\n')
    const at = lines.findIndex((line) => HEADER.test(line))
    const [, opening, header] = HEADER.exec(lines[at] ?? '') ?? []
    if (header !== undefined)
      blocks.push({
        comment: lines.slice(0, at),
        header,
        isArray: opening === '[[',
        lines: lines.slice(at + 1),
      })
    // Behind a table: a comment that belongs to it. Before the first one: the head.
    else if (blocks.length > 0) blocks.at(-1)?.lines.push('', ...lines)
    else head.push(...lines)
  }
  return { head, blocks }
}

/** @param environment the environment that the table is to be of; by default the one at the top */
export function blockText({ comment, header, isArray, lines }: Block, environment?: string): string {
  const name = environment === undefined ? header : `env.${environment}.${header}`
  return [...comment, isArray ? `[[${name}]]` : `[${name}]`, ...lines].join('\n')
}

/** The value of a key under a table's header, as TOML writes it; undefined: the table has no such key. */
export function valueIn(lines: readonly string[], key: string): string | undefined {
  return lines.find((line) => line.startsWith(`${key} = `))?.slice(`${key} = `.length)
}

/** The lines with the values of some keys replaced. */
export function withValues(lines: readonly string[], values: Record<string, string>): string[] {
  return lines.map((line) => {
    const key = line.split(' = ', 1)[0] ?? ''
    return Object.hasOwn(values, key) && !line.startsWith('#') ? `${key} = ${values[key]}` : line
  })
}
