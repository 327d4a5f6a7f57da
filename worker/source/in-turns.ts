/** How many calls of the token source are under way at once. */
const AT_ONCE = 4

/** Does something for each item, for a few of them at a time. */
export async function inTurns<Item>(
  items: readonly Item[],
  deed: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await deed(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
