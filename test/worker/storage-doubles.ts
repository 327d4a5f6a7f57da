import { env } from 'cloudflare:workers'
import type { Bindings } from '../../worker/env.ts'

/** The real binding, whose reads are answered as `read` says. */
function withReads(read: (real: KVNamespace, key: string) => unknown): KVNamespace {
  return new Proxy(env.EDGE_KV, {
    get(target, property) {
      if (property === 'get') return (key: string) => read(target, key)
      const member = Reflect.get(target, property)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/** A location that has cached KV's misses: what was written elsewhere is not there. */
export function missingKv(): Bindings {
  return { ...env, EDGE_KV: withReads(async () => null) }
}

/** A location that goes on seeing what it saw first, however old. */
export function staleKv(): Bindings {
  const seen = new Map<string, unknown>()
  const read = async (real: KVNamespace, key: string) => {
    const value = seen.get(key) ?? (await real.get(key, 'json'))
    if (value !== null) seen.set(key, value)
    return value
  }
  return { ...env, EDGE_KV: withReads(read) }
}

export function failingKv(): Bindings {
  return {
    ...env,
    EDGE_KV: withReads(async () => {
      throw new Error('KV GET failed: 500 Internal Server Error')
    }),
  }
}

/** A namespace of Durable Objects none of which can be reached. */
export function unreachable<Namespace extends object>(namespace: Namespace): Namespace {
  return new Proxy(namespace, {
    get(target, property) {
      if (property === 'get' || property === 'getByName') {
        return () => new Proxy({}, { get: () => () => Promise.reject(new Error('Network connection lost.')) })
      }
      const member = Reflect.get(target, property)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/** Counts every use of the storage bindings. */
export function counting(): { bindings: Bindings; operations: () => number } {
  let count = 0
  const counted = <Binding extends object>(binding: Binding): Binding =>
    new Proxy(binding, {
      get(target, property) {
        count++
        const member = Reflect.get(target, property)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  const bindings = {
    ...env,
    EDGE_KV: counted(env.EDGE_KV),
    SPENT_TOKENS: counted(env.SPENT_TOKENS),
    TOKEN_REGISTRY: counted(env.TOKEN_REGISTRY),
  }
  return { bindings, operations: () => count }
}
