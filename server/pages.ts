import type { CallOptions, Transport } from './transport.ts'

interface Page<Item> {
  items: Item[]
  next_cursor: string | null
}

const MOST_ITEMS = 100

/** Every item of a list, newest first, asked for page by page as they are wanted. */
export async function* pages<Item>(
  transport: Transport,
  path: readonly string[],
  query: Record<string, string | undefined>,
  options: CallOptions | undefined,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined
  for (;;) {
    const request = { method: 'GET', path, query: { ...query, limit: MOST_ITEMS, cursor } } as const
    const page = await transport.call<Page<Item>>(request, options)
    yield* page.items
    if (page.next_cursor === null) return
    cursor = page.next_cursor
  }
}
