import { passEmbedderPolicy, watchEmbedderPolicy } from '../connection/embedder-policy.ts'
import { shareOrigin } from '../connection/manual-frame.ts'
import type { Hello } from '../frame-document/protocol.ts'
import { VERSION } from '../version.ts'
import type { Subject } from './report.ts'

/** Milliseconds that all probes together may take. */
const LIMIT = 4_500
/** Milliseconds after a failure, or a frame's load, in which its cause or the frame's hello may still come. */
const GRACE = 300

/** Stands among the directives for the page's Cross-Origin-Embedder-Policy. */
export const EMBEDDER_POLICY = 'embedder-policy'

/** `silent`: nothing came in time. */
export type Outcome = 'answered' | 'failed' | 'silent'

export interface Probed {
  /** Of a frame of the edge, or of Biuwer in manual integration; null where none was asked. */
  readonly frame: Outcome | null
  /** Of the edge's own copy of the tag, which any edge of this version serves; null where the browser didn't ask. */
  readonly script: Outcome | null
  /** Of the `token-url`. */
  readonly tokenUrl: Outcome | null
  /** What the page's policies refused meanwhile, with anybody's request: directive and address. */
  readonly refused: readonly (readonly [directive: string, address: string])[]
}

/** Asks all at once, and leaves nothing behind. */
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
    watchEmbedderPolicy(signal, (address) => refused.push([EMBEDDER_POLICY, address]))
  void pause(LIMIT, signal).then(() => life.abort())
  const share = instance === null ? undefined : shareOrigin(instance)
  const unheard = edge && !connected
  try {
    const [frame, script, answer] = await Promise.all([
      unheard && frameUrl
        ? askFrame(frameUrl, edge, signal)
        : share
          ? askFrame(`${share}/share`, undefined, signal)
          : null,
      unheard ? askScript(`${edge}/v${VERSION}/biuwer-embed.js`, signal) : null,
      source === 'token-url' && tokenUrl ? askTokenUrl(tokenUrl, signal) : null,
    ])
    return { frame, script, tokenUrl: answer, refused }
  } finally {
    life.abort()
  }
}

/** Whether the frame says hello from `edge`. Biuwer's page says nothing, and runs nothing here. */
function askFrame(url: string, edge: string | undefined, signal: AbortSignal): Promise<Outcome> {
  const frame = document.createElement('iframe')
  frame.sandbox.value = edge ? 'allow-scripts allow-same-origin' : ''
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
    // Also of the browser's own page where the frame was refused: no sign of success.
    frame.addEventListener('load', () => settle('failed', GRACE), { signal })
    attach(frame, signal)
  })
}

/** Fetches without running it; script-src lets a page do that where connect-src says nothing of the edge. */
function askScript(url: string, signal: AbortSignal): Promise<Outcome | null> | null {
  const link = document.createElement('link')
  if (!link.relList.supports('modulepreload')) return null
  link.rel = 'modulepreload'
  link.crossOrigin = 'anonymous'
  // An answer that the browser kept proves nothing.
  link.href = `${url}?${Math.random()}`
  // Firefox fires `load` whatever the network did, and `error` where a policy refused the script, without telling so.
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

/** Any answer will do. Not by GET, or HEAD, which many servers take for it: that might make a token. */
function askTokenUrl(url: string, signal: AbortSignal): Promise<Outcome> {
  const options: RequestInit = { method: 'OPTIONS', cache: 'no-store', redirect: 'manual', signal }
  return first(signal, (settle) => {
    // A page's own wrapper of fetch may throw where fetch would reject.
    const asked = async () => fetch(url, options)
    asked().then(
      () => settle('answered'),
      () => settle('failed', GRACE),
    )
  })
}

/** The earliest outcome, each after its delay. */
function first<O extends Outcome | null = Outcome>(
  signal: AbortSignal,
  ask: (settle: (outcome: O | 'silent', delay?: number) => void) => void,
): Promise<O | 'silent'> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve('silent'), { once: true })
    ask((outcome, delay = 0) => void pause(delay, signal).then(() => resolve(outcome)))
  })
}

/** Beside head and body, where no framework counts what is there. */
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
