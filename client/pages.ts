import type { CallOptions, Transport } from './transport.ts'

/** One page of a list. */
export interface Page<Item> {
  items: Item[]
  /** Pass it as `cursor` for the next page; null: this is the last. */
  next_cursor: string | null
}

/** Which page of a list. */
export interface PageChoice {
  /** At most so many items, 1 to 100. Default: 20. */
  limit?: number
  /** `next_cursor` of the page before; absent: the first page. */
  cursor?: string
}

const MOST_ITEMS = 100

/** Every item of a list in the edge's order, asked for page by page as items are wanted. */
export async function* pages<Item>(
  transport: Transport,
  path: readonly string[],
  query: Record<string, string | undefined>,
  options: CallOptions | undefined,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined
  do {
    const request = {
      method: 'GET',
      path,
      query: { ...query, limit: MOST_ITEMS, cursor },
      answer: 'page',
    } as const
    const page = await transport.call<Page<Item>>(request, options)
    yield* page.items
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
}
