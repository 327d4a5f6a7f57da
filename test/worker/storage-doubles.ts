import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import type { TokenRegistry } from '../../worker/storage/registry.ts'

type Read = (key: string) => Promise<unknown>
type Write = (key: string, value: string, options: KVNamespacePutOptions) => Promise<void>

/** KV that reads and writes as told; what is left out, as the real one does. The edge reads text alone. */
export function kvThat({
  get = (key) => env.EDGE_KV.get(key),
  put = (...write) => env.EDGE_KV.put(...write),
}: {
  get?: Read
  put?: Write
}): KVNamespace {
  return { get, put } as object as KVNamespace
}

/** A location that has cached KV's misses: what was written elsewhere is not there. */
export function missingKv(): Bindings {
  return { ...env, EDGE_KV: kvThat({ get: async () => null }) }
}

/** A location that goes on seeing what it saw first, however old. */
export function staleKv(): Bindings {
  const seen = new Map<string, unknown>()
  const get = async (key: string) => {
    const value = seen.get(key) ?? (await env.EDGE_KV.get(key))
    if (value !== null) seen.set(key, value)
    return value
  }
  return { ...env, EDGE_KV: kvThat({ get }) }
}

/** A location whose writes are still under way when the answer has been given. */
export function lateKv(): Bindings {
  const put: Write = async (...write) => {
    await scheduler.wait(20)
    await env.EDGE_KV.put(...write)
  }
  return { ...env, EDGE_KV: kvThat({ put }) }
}

/** A location whose KV does not answer. */
export function failingKv(): Bindings {
  const get = async () => {
    throw new Error('KV GET failed: 500 Internal Server Error')
  }
  return { ...env, EDGE_KV: kvThat({ get }) }
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

/** The real objects; `options` gathers what each was asked for with, such as where it should be. */
export function hinted(namespace: Bindings['SPENT_TOKENS']): {
  namespace: Bindings['SPENT_TOKENS']
  options: unknown[]
} {
  const options: unknown[] = []
  const get: typeof namespace.get = (id, option) => {
    options.push(option)
    return namespace.get(id, option)
  }
  const idFromName = (name: string) => namespace.idFromName(name)
  return { namespace: { get, idFromName } as typeof namespace, options }
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
export function meanwhile(name: keyof TokenRegistry, happens: () => Promise<void>): Bindings {
  const TOKEN_REGISTRY = around(env.TOKEN_REGISTRY, async (call, method) => {
    if (method === name) await happens()
    return call()
  })
  return { ...env, TOKEN_REGISTRY }
}

export interface Operations {
  reads: number
  writes: number
  registry: number
  spends: number
}

/** The real storage, whose operations are counted; `take` gives the count since it was last taken. */
export function counting(settings: Partial<Bindings> = {}): { bindings: Bindings; take: () => Operations } {
  const none = { reads: 0, writes: 0, registry: 0, spends: 0 }
  let counted = { ...none }
  const get: Read = (key) => {
    counted.reads++
    return env.EDGE_KV.get(key)
  }
  const put: Write = (...write) => {
    counted.writes++
    return env.EDGE_KV.put(...write)
  }
  const objects = <Namespace extends object>(namespace: Namespace, of: 'registry' | 'spends') =>
    around(namespace, (call) => {
      counted[of]++
      return call()
    })
  const bindings = {
    ...env,
    EDGE_KV: kvThat({ get, put }),
    TOKEN_REGISTRY: objects(env.TOKEN_REGISTRY, 'registry'),
    SPENT_TOKENS: objects(env.SPENT_TOKENS, 'spends'),
    ...settings,
  }
  const take = () => {
    const taken = counted
    counted = { ...none }
    return taken
  }
  return { bindings, take }
}

export const cost = (reads: number, writes: number, registry: number, spends: number): Operations => ({
  reads,
  writes,
  registry,
  spends,
})

export const NOTHING = cost(0, 0, 0, 0)
