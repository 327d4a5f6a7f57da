import { type Block, blockText, valueIn } from './toml-blocks.ts'
import { forStaging, template } from './wrangler-toml.ts'

/** Something that this version wants in `wrangler.toml` and a folder's has not. */
export interface Lack {
  /** Where: `durable_objects.bindings TOKEN_REGISTRY`, `assets.run_worker_first`. */
  what: string
  /** Whether the edge would not work, or not be safe, without it. */
  isNeeded: boolean
  /** What `upgrade --write` puts at the end of the file; null: a person has to change what is there. */
  addition: string | null
}

type Table = Record<string, unknown>

/** The key by which the tables of an array are told apart. */
const NAMED_BY = ['binding', 'name', 'tag']

/**
 * What an environment of a folder's `wrangler.toml` lacks.
 * @param config the environment as wrangler reads it
 * @param toml the file's text
 * @param environment undefined: the one at the top
 */
export function lacksOf(config: object, toml: string, environment: string | undefined): Lack[] {
  const { head, blocks } = template()
  return [
    ...date(config as Table, valueIn(head, 'compatibility_date')),
    ...blocks
      .filter(({ header }) => header !== 'vars')
      .flatMap((block) =>
        block.isArray
          ? entry(config as Table, block, environment)
          : table(config as Table, block, toml, environment),
      ),
  ]
}

function date(config: Table, wanted: string | undefined): Lack[] {
  const isOld = String(config.compatibility_date) < JSON.parse(wanted ?? '""')
  return isOld ? [{ what: `compatibility_date ${wanted}`, isNeeded: true, addition: null }] : []
}

function entry(config: Table, block: Block, environment: string | undefined): Lack[] {
  const key = NAMED_BY.find((candidate) => valueIn(block.lines, candidate) !== undefined)
  if (key === undefined) return []
  const name: string = JSON.parse(valueIn(block.lines, key) ?? 'null')
  const entries = at(config, block.header)
  const isThere = Array.isArray(entries) && entries.some((candidate: Table) => candidate[key] === name)
  return isThere
    ? []
    : [{ what: `${block.header} ${name}`, isNeeded: true, addition: addition(block, environment) }]
}

function table(config: Table, block: Block, toml: string, environment: string | undefined): Lack[] {
  const there = at(config, block.header) as Table | undefined
  const others = block.lines.flatMap((line) => {
    const [key = '', text = ''] = line.split(' = ')
    // Where the files are may differ with how the folder was installed.
    const isJudged = /^[a-z_]+$/.test(key) && text !== '' && key !== 'directory'
    return isJudged && JSON.stringify(there?.[key]) !== JSON.stringify(JSON.parse(text)) ? [line] : []
  })
  if (others.length === 0) return []
  const text = addition(block, environment)
  const [header = ''] = text.split('\n').filter((line) => line.startsWith('['))
  const isWhollyMissing = !toml.split('\n').some((line) => line.trim() === header)
  const isNeeded = block.header === 'assets'
  if (isWhollyMissing) return [{ what: block.header, isNeeded, addition: text }]
  return others.map((line) => ({ what: `${block.header}: ${line}`, isNeeded, addition: null }))
}

function addition(block: Block, environment: string | undefined): string {
  return environment === undefined ? blockText(block) : blockText(forStaging(block), environment)
}

function at(config: Table, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Table | undefined)?.[key], config)
}
