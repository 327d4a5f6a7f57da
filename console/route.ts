/**
 * What the console's address asks for. It is in the fragment, which browsers do not send, so what somebody looks for
 * reaches no server log. It holds names and filters, never a key or a token.
 */
export interface Route {
  /** The segments of the path, unescaped: `['tokens', 'tok_…']`. */
  path: readonly string[]
  query: Readonly<Record<string, string>>
}

export function routeOf(hash: string): Route {
  const [, address = '', search = ''] = /^#?\/?([^?]*)\??(.*)$/s.exec(hash) ?? []
  const path = address === '' ? [] : address.replace(/\/$/, '').split('/').map(decoded)
  return { path, query: Object.fromEntries(new URLSearchParams(search)) }
}

/** The address of a page, for links; without the filters that are empty. */
export function href(path: readonly string[], query: Record<string, string | null | undefined> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
  const search = new URLSearchParams(given).toString()
  return `#/${path.map(encodeURIComponent).join('/')}${search && `?${search}`}`
}

/** Goes to an address. With `replace` the browser's way back leaves out the present one. */
export function go(to: string, { replace = false } = {}): void {
  if (to === location.hash) return
  if (!replace) location.hash = to
  else location.replace(to)
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return segment
    throw error
  }
}
