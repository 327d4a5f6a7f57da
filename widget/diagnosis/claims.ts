/** A token's claims as far as a diagnosis looks at them, read without checking the signature. Not whom it is for. */
export interface UnverifiedClaims {
  /** Whether `typ` and `iss` are those of a token that an edge gave out, or `iss` that of one that a host has signed. */
  readonly ours: boolean
  /** Seconds since the epoch, by the edge's clock. */
  readonly nbf: number | undefined
  readonly exp: number | undefined
  /** The resources that the token opens; undefined: any. */
  readonly resources: readonly unknown[] | undefined
  /** The origins that the token opens on; undefined: any that the edge allows. */
  readonly origins: readonly unknown[] | undefined
}

/** Reads a token's claims; undefined where it is no compact JWS (RFC 7515). */
export function claimsOf(token: string): UnverifiedClaims | undefined {
  const [head, body] = /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) ? token.split('.').map(objectIn) : []
  return (
    head &&
    body && {
      ours:
        (head.typ === 'biuwer-embed+jwt' && body.iss === 'biuwer-embed') ||
        /^sig_[\w-]+$/.test(`${body.iss}`),
      nbf: time(body.nbf),
      exp: time(body.exp),
      resources: list(body.resources),
      origins: list(body.origins),
    }
  )
}

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    // `atob` reads no UTF-8: a name beyond ASCII may come out wrong, but all that is judged here is ASCII.
    const parsed: unknown = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')))
    return parsed instanceof Object ? { ...parsed } : undefined
  } catch (error) {
    // By name: where a test runner lends a page's globals to Node, `atob` throws an exception of Node's.
    if (/^(SyntaxError|InvalidCharacterError)$/.test(Object(error).name)) return undefined
    throw error
  }
}

/** Leaves out what `Date` cannot write. */
function time(claim: unknown): number | undefined {
  return typeof claim === 'number' && Math.abs(claim) <= 8.64e12 ? claim : undefined
}

function list(claim: unknown): readonly unknown[] | undefined {
  return Array.isArray(claim) ? claim : undefined
}
