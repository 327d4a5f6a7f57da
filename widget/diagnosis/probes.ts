import { passEmbedderPolicy, watchEmbedderPolicy } from '../connection/embedder-policy.ts'
import { shareOrigin } from '../connection/manual-frame.ts'
import type { Hello } from '../frame-document/protocol.ts'
import { VERSION } from '../version.ts'
import { biuwerOrigin } from './biuwer-reach.ts'
import type { Subject } from './subject.ts'

/** Milliseconds that all probes together may take. */
const LIMIT = 4_500
/** Milliseconds to wait after a failure for its cause, and after a frame's load for its hello. */
const GRACE = 300

/** Stands in `refused` in place of a directive for what the page's Cross-Origin-Embedder-Policy kept out. */
export const EMBEDDER_POLICY = 'embedder-policy'

/** How a request went; `silent`: nothing came in time. */
export type Outcome = 'answered' | 'failed' | 'silent'

export interface Probed {
  /** The frame of the edge or, in manual integration, of Biuwer; null where none was asked. */
  readonly frame: Outcome | null
  /** The edge's own copy of the tag, which any edge of this version serves; null where the browser didn't ask. */
  readonly script: Outcome | null
  /** The `token-url`. */
  readonly tokenUrl: Outcome | null
  /** Biuwer; null where its origin isn't known. */
  readonly biuwer: Outcome | null
  /** Directive and address of all that the page's policies refused meanwhile, whoever asked. */
  readonly refused: readonly (readonly [directive: string, address: string])[]
}

/** Asks for everything at once, and leaves nothing behind in the page. */
export async function probe(subject: Subject): Promise<Probed> {
  const { connected, edge, instance, frameUrl, source, tokenUrl } = subject
  const life = new AbortController()
  const { signal } = life
  const refused: [string, string][] = []
  document.addEventListener(
    'securitypolicyviolation',
    ({ blockedURI, disposition, effectiveDirective }) => {
      if (disposition === 'enforce') refused.push([effectiveDirective, blockedURI])
    },
    { signal },
  )
  if ('ReportingObserver' in window)
    watchEmbedderPolicy(window, signal, (address) => refused.push([EMBEDDER_POLICY, address]))
  void pause(LIMIT, signal).then(() => life.abort())
  const share = instance === null ? undefined : shareOrigin(instance)
  const biuwer = biuwerOrigin(subject)
  const unheard = edge && !connected
  try {
    const [frame, script, answer, reached] = await Promise.all([
      unheard && frameUrl
        ? askFrame(frameUrl, edge, signal)
        : share
          ? askFrame(`${share}/share`, undefined, signal)
          : null,
      unheard ? askScript(`${edge}/v${VERSION}/biuwer-embed.js`, signal) : null,
      // GET, and HEAD on many servers, might make a token.
      source === 'token-url' && tokenUrl
        ? ask(tokenUrl, { method: 'OPTIONS', redirect: 'manual' }, signal)
        : null,
      // An answer that the page may not read is one, too.
      biuwer ? ask(biuwer, { mode: 'no-cors', credentials: 'omit' }, signal) : null,
    ])
    return { frame, script, tokenUrl: answer, biuwer: reached, refused }
  } finally {
    life.abort()
  }
}

/** Tries whether a frame says hello from `edge`. Biuwer's page says nothing, and runs nothing here. */
function askFrame(url: string, edge: string | undefined, signal: AbortSignal): Promise<Outcome> {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', edge ? 'allow-scripts allow-same-origin' : '')
  // The edge allows or refuses this page by its origin.
  frame.referrerPolicy = 'strict-origin'
  // The page's own styles may override `hidden`.
  frame.style.setProperty('display', 'none', 'important')
  frame.src = url
  passEmbedderPolicy(frame, signal)
  return first(signal, (settle) => {
    const hear = ({ data, origin, source }: MessageEvent<Hello>) => {
      const told = source === frame.contentWindow && data?.type === 'biuwer-embed:hello'
      if (told && origin === edge) settle('answered')
    }
    addEventListener('message', hear, { signal })
    // A refused frame fires it too, for the browser's own page: no sign of success.
    frame.addEventListener('load', () => settle('failed', GRACE), { signal })
    attach(frame, signal)
  })
}

/** Fetches a script without running it. script-src allows that even if connect-src doesn't name the edge. */
function askScript(url: string, signal: AbortSignal): Promise<Outcome | null> | null {
  const link = document.createElement('link')
  // jsdom and happy-dom have neither method nor class.
  if (!link.relList?.supports?.('modulepreload') || !('PerformanceResourceTiming' in self)) return null
  link.rel = 'modulepreload'
  link.crossOrigin = 'anonymous'
  // A cached answer proves nothing.
  link.href = `${url}?${Math.random()}`
  // Firefox fires `load` whatever the network did, and `error` without a report where a policy refused the script.
  const timed = () => performance.getEntriesByName(link.href)[0] as PerformanceResourceTiming | undefined
  const timesFailures = 'responseStatus' in PerformanceResourceTiming.prototype
  return first<Outcome | null>(signal, (settle) => {
    const succeeded = () => settle((timed()?.responseStatus ?? 200) === 200 ? 'answered' : 'failed')
    const failed = () => settle(timesFailures && !timed() ? null : 'failed', GRACE)
    link.addEventListener('load', succeeded, { signal })
    link.addEventListener('error', failed, { signal })
    attach(link, signal)
  })
}

/** Tries whether an address answers at all. */
function ask(url: string, how: RequestInit, signal: AbortSignal): Promise<Outcome> {
  const options: RequestInit = { ...how, cache: 'no-store', signal }
  return first(signal, (settle) => {
    // A page's own wrapper of fetch may throw where fetch would reject.
    const asked = async () => fetch(url, options)
    asked().then(
      () => settle('answered'),
      () => settle('failed', GRACE),
    )
  })
}

/** Resolves with the earliest outcome, each of which counts after its delay. */
function first<O extends Outcome | null = Outcome>(
  signal: AbortSignal,
  ask: (settle: (outcome: O | 'silent', delay?: number) => void) => void,
): Promise<O | 'silent'> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve('silent'), { once: true })
    ask((outcome, delay = 0) => void pause(delay, signal).then(() => resolve(outcome)))
  })
}

/** Puts a node beside head and body, where no framework counts nodes, until `signal` aborts. */
function attach(node: HTMLElement, signal: AbortSignal): void {
  document.documentElement.append(node)
  signal.addEventListener('abort', () => node.remove(), { once: true })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
