import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { edgeApp } from '../../worker/app.ts'
import type { Bindings } from '../../worker/env.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'

export type Isolate = ReturnType<typeof edgeApp>

/** An isolate that remembers nothing of what others did. */
export function newIsolate(): Isolate {
  return edgeApp(new IsolateMemory())
}

const isolates = new WeakMap<Bindings, Isolate>()

/** The isolate that serves these bindings where a test names none: one for each set of bindings. */
export function isolateOf(bindings: Bindings): Isolate {
  const isolate = isolates.get(bindings) ?? newIsolate()
  isolates.set(bindings, isolate)
  return isolate
}

/** An answer of the real worker, read to its end, with all that it left behind its answer done. */
export async function fromWorker(
  address: string,
  init: RequestInit,
  bindings: Bindings = env,
  isolate = isolateOf(bindings),
): Promise<Response> {
  const context = createExecutionContext()
  const answer = await isolate.fetch(new Request(address, init), bindings, context)
  const whole = new Response(answer.body ? await answer.arrayBuffer() : null, answer)
  await waitOnExecutionContext(context)
  return whole
}
