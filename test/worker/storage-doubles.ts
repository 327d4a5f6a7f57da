import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
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

/** A location whose writes are still under way when the answer has been given. */
export function lateKv(): Bindings {
  const EDGE_KV = new Proxy(env.EDGE_KV, {
    get(target, property) {
      const member = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        if (property === 'put') await scheduler.wait(20)
        return Reflect.apply(member, target, args)
      }
    },
  })
  return { ...env, EDGE_KV }
}

export function failingKv(): Bindings {
  return {
    ...env,
    EDGE_KV: withReads(async () => {
      throw new Error('KV GET failed: 500 Internal Server Error')
    }),
  }
}

/** The real objects, with something done around every call of them. */
export function around<Namespace extends object>(
  namespace: Namespace,
  deed: (call: () => Promise<unknown>, method: PropertyKey) => Promise<unknown>,
): Namespace {
  return new Proxy(namespace, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      if (property !== 'get' && property !== 'getByName') return member.bind(target)
      return (...args: unknown[]) =>
        new Proxy(Reflect.apply(member, target, args), {
          // A method of a stub is a call by itself: nothing but calling it can be asked of it.
          get:
            (stub, method) =>
            (...asked: unknown[]) =>
              deed(() => stub[method](...asked), method),
        })
    },
  })
}

/** A namespace of Durable Objects none of which can be reached. */
export function unreachable<Namespace extends object>(namespace: Namespace): Namespace {
  return around(namespace, async () => {
    throw new Error('Network connection lost.')
  })
}

export interface Fault {
  /** Before: the call never arrives. After: its work is done, and the answer is lost. */
  when: 'before' | 'after'
  retryable?: true
  overloaded?: true
  /** How many calls in a row. */
  times?: number
  /** The method that fails; default: every one. */
  of?: string
  /** Seconds until the failure is seen. */
  meanwhile?: number
}

/** Objects that fail as the platform's do, and then work; `calls` counts what was tried. */
export function failing<Namespace extends object>(
  namespace: Namespace,
  { when, times = 1, of, meanwhile = 0, ...flags }: Fault,
): { namespace: Namespace; calls: () => number } {
  let calls = 0
  const fail = () => {
    if (meanwhile > 0) vi.setSystemTime(Date.now() + meanwhile * 1000)
    throw Object.assign(new Error('Network connection lost.'), flags)
  }
  const failed = around(namespace, async (call, method) => {
    const fails = (of === undefined || of === method) && calls++ < times
    if (fails && when === 'before') fail()
    const answer = await call()
    return fails ? fail() : answer
  })
  return { namespace: failed, calls: () => calls }
}

/** Objects that take their time: `meanwhile` happens while the first `times` calls are on their way back. */
export function slow<Namespace extends object>(
  namespace: Namespace,
  meanwhile: () => Promise<void>,
  times: number,
): Namespace {
  let left = times
  return around(namespace, async (call) => {
    const answer = await call()
    if (left-- > 0) await meanwhile()
    return answer
  })
}

/** The real registry, where something else happens before it is told to do what `name` does. */
export function meanwhile(name: string, happens: () => Promise<void>): Bindings {
  const TOKEN_REGISTRY = around(env.TOKEN_REGISTRY, async (call, method) => {
    if (method === name) await happens()
    return call()
  })
  return { ...env, TOKEN_REGISTRY }
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
