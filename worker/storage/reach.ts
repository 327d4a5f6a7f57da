/** KV or a Durable Object did not answer, or failed: 503, and the same call may be made again. */
export class Unavailable extends Error {
  override name = 'Unavailable'
}

/**
 * Calls storage. Our calls are idempotent, changes by the id of their request, so that one which the platform
 * marks as retryable is made once more; an overloaded object isn't asked again. Every other failure is
 * `Unavailable`.
 */
export async function reach<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call().catch((error: unknown) => {
      if (isRetryable(error)) return call()
      throw error
    })
  } catch (cause) {
    throw new Unavailable(`${name} failed`, { cause })
  }
}

function isRetryable(error: unknown): boolean {
  const flags = error as { retryable?: boolean; overloaded?: boolean }
  return error instanceof Error && flags.retryable === true && flags.overloaded !== true
}
