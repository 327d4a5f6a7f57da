/** What of a value's claims a diagnosis looks at. Nothing of whom it is for. */
export interface Claims {
  /** By `typ` and `iss`: an edge gave it out as an embed token. */
  readonly ours: boolean
  /** Seconds since the epoch, by the edge's clock. */
  readonly nbf: number | undefined
  readonly exp: number | undefined
  /** What it opens, and where; undefined: anything. */
  readonly resources: readonly unknown[] | undefined
  readonly origins: readonly unknown[] | undefined
}

/** Read without a look at the signature; undefined where it is no compact JWS (RFC 7515). */
export function claimsOf(value: string): Claims | undefined {
  const [head, body] = /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value) ? value.split('.').map(objectIn) : []
  return (
    head &&
    body && {
      ours: head.typ === 'biuwer-embed+jwt' && body.iss === 'biuwer-embed',
      nbf: time(body.nbf),
      exp: time(body.exp),
      resources: list(body.resources),
      origins: list(body.origins),
    }
  )
}

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    // Names, times, origins and resource ids are ASCII: what UTF-8 there is elsewhere may come out wrong.
    const parsed: unknown = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')))
    return parsed instanceof Object ? { ...parsed } : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined
    throw error
  }
}

/** Within what `Date` can write. */
function time(claim: unknown): number | undefined {
  return typeof claim === 'number' && Math.abs(claim) <= 8.64e12 ? claim : undefined
}

function list(claim: unknown): readonly unknown[] | undefined {
  return Array.isArray(claim) ? claim : undefined
}
