import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { edgeApp } from '../../worker/app.ts'
import type { Bindings } from '../../worker/env.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'
import { OpeningNotes } from '../../worker/storage/opening-notes.ts'

export type Isolate = ReturnType<typeof edgeApp>

/** Waits so short before openings are written down that what a call left behind its answer is soon done. */
export const soon = () => scheduler.wait(1)

/**
 * An isolate that remembers nothing of what others did.
 * @param pause before it writes openings down
 */
export function newIsolate(pause = soon): Isolate {
  return edgeApp(new IsolateMemory(new OpeningNotes(pause)))
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
