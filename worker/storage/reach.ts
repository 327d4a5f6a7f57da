/** KV or a Durable Object failed, or did not answer. The request is answered 503 and may be sent again. */
export class Unavailable extends Error {
  override name = 'Unavailable'
}

/**
 * Calls storage, and once more where the platform marks the failure as retryable: our calls are idempotent, changes by
 * the id of their request. An overloaded object is not called again. Any other failure is `Unavailable`.
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
