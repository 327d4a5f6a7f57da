import { edgeApp } from '../../worker/app.ts'
import type { Bindings } from '../../worker/env.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'

export { OpeningLog } from '../../worker/storage/opening-log.ts'
export { TokenRegistry } from '../../worker/storage/registry.ts'
export { SessionBiuwerTokens } from '../../worker/storage/session-biuwer-tokens.ts'
export { SpentTokens } from '../../worker/storage/spent-tokens.ts'

/** The edge without its log, which locally is a slow pipe to Node. Its rate limiter is the real one. */
console.log = console.warn = console.error = () => {}

/** How many calls may wait for an object before it refuses more. Plain workerd lets any number wait. */
const MOST_WAITING = 100

const waiting = new Map<string, number>()

/** Makes objects refuse calls as Cloudflare's do when too many wait for them. */
function bounded<Namespace extends object>(namespace: Namespace): Namespace {
  return new Proxy(namespace, {
    get(target, property) {
      const member = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      if (property !== 'get' && property !== 'getByName') return member.bind(target)
      return (object: unknown, ...options: unknown[]) =>
        boundedStub(member.call(target, object, ...options), `${object}`)
    },
  })
}

function boundedStub(stub: object, object: string): object {
  return new Proxy(stub, {
    get:
      (target, method) =>
      async (...args: unknown[]) => {
        const calls = waiting.get(object) ?? 0
        if (calls >= MOST_WAITING)
          throw Object.assign(new Error('Durable Object is overloaded. Too many requests queued.'), {
            overloaded: true,
            retryable: true,
          })
        waiting.set(object, calls + 1)
        try {
          // A method of a stub has no `apply`, so it is called as a member.
          return await (target as Record<PropertyKey, (...args: unknown[]) => unknown>)[method]?.(...args)
        } finally {
          waiting.set(object, (waiting.get(object) ?? 1) - 1)
        }
      },
  })
}

const app = edgeApp(new IsolateMemory())
let bindings: Bindings | undefined
export default {
  fetch(request: Request, env: Bindings, ctx: ExecutionContext) {
    bindings ??= {
      ...env,
      TOKEN_REGISTRY: bounded(env.TOKEN_REGISTRY),
      SPENT_TOKENS: bounded(env.SPENT_TOKENS),
    }
    return app.fetch(request, bindings, ctx)
  },
}
