import { passEmbedderPolicy, watchEmbedderPolicy } from '../connection/embedder-policy.ts'
import { shareOrigin } from '../connection/manual-frame.ts'
import type { Command, Hello, Report, Welcome } from '../frame-document/protocol.ts'
import { VERSION } from '../version.ts'
import type { Subject } from './subject.ts'

/** Milliseconds that all probes together may take. */
const LIMIT = 4_500
/** Milliseconds to wait after a failure for its cause, and after a frame's load for its hello. */
const GRACE = 300

/** Stands in `refused` in place of a directive for what the page's Cross-Origin-Embedder-Policy kept out. */
export const EMBEDDER_POLICY = 'embedder-policy'

/** How a request went; `silent`: nothing came in time. */
export type Outcome = 'answered' | 'failed' | 'silent'

/** Biuwer's origin, or its name where that is not known, and how asking it went; null where nobody could ask. */
type BiuwerAnswer = readonly [biuwer: string, outcome: Outcome] | null

type FrameAnswer = readonly [frame: Outcome, biuwer: BiuwerAnswer]

export interface Probed {
  /** The frame of the edge or, in manual integration, of Biuwer; null where none was asked. */
  readonly frame: Outcome | null
  /** The edge's own copy of the tag, which any edge of this version serves; null where the browser didn't ask. */
  readonly script: Outcome | null
  /** The `token-url`. */
  readonly tokenUrl: Outcome | null
  readonly biuwer: BiuwerAnswer
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
  try {
    const [[frame, biuwer], script, answer] = await Promise.all([
      edge && frameUrl
        ? askEdge(frameUrl, edge, signal)
        : share
          ? askManually(share, signal)
          : ([null, null] as const),
      edge && !connected ? askScript(`${edge}/v${VERSION}/biuwer-embed.js`, signal) : null,
      // GET, and HEAD on many servers, might make a token.
      source === 'token-url' && tokenUrl
        ? ask(tokenUrl, { method: 'OPTIONS', redirect: 'manual' }, signal)
        : null,
    ])
    return { frame, script, tokenUrl: answer, biuwer, refused }
  } finally {
    life.abort()
  }
}

/**
 * Tries whether a frame of the edge says hello, and has that frame ask Biuwer: its policy allows that, the page's need not. The
 * tag's own frame is left alone.
 */
async function askEdge(url: string, edge: string, signal: AbortSignal): Promise<FrameAnswer> {
  const frame = document.createElement('iframe')
  const outcome = await askFrame(frame, url, edge, signal)
  if (outcome !== 'answered') return [outcome, null]
  const { port1, port2 } = new MessageChannel()
  let biuwer = 'Biuwer'
  const reached = await first<Outcome | null>(signal, (settle) => {
    port1.onmessage = ({ data }: MessageEvent<Report>) => {
      // A frame of before knows no such command.
      if (data.type !== 'reached') return settle(null)
      biuwer = data.biuwer ?? biuwer
      settle(data.answered ? 'answered' : 'failed')
    }
    frame.contentWindow?.postMessage({ type: 'biuwer-embed:port' } satisfies Welcome, edge, [port2])
    port1.postMessage({ type: 'reach' } satisfies Command)
  })
  return [outcome, reached && [biuwer, reached]]
}

/** Tries whether Biuwer's own page is let in, where nothing of it runs or says anything, and whether Biuwer answers. */
async function askManually(share: string, signal: AbortSignal): Promise<FrameAnswer> {
  const [outcome, reached] = await Promise.all([
    askFrame(document.createElement('iframe'), `${share}/share`, undefined, signal),
    // An answer that the page may not read is one, too.
    ask(share, { mode: 'no-cors', credentials: 'omit' }, signal),
  ])
  return [outcome, [share, reached]]
}

/** Tries whether the frame says hello from `edge`. */
function askFrame(
  frame: HTMLIFrameElement,
  url: string,
  edge: string | undefined,
  signal: AbortSignal,
): Promise<Outcome> {
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
