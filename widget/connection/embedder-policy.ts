import { type View, viewOf } from '../view.ts'

/** A report about the page's Cross-Origin-Embedder-Policy. In Chromium only its copy by `toJSON` has properties. */
interface CoepBody extends ReportBody {
  toJSON(): { blockedURL: string; disposition: 'enforce' | 'reporting' }
}

/** Runs `kept` for each address that the page's Cross-Origin-Embedder-Policy keeps out. Firefox reports none. */
export function watchEmbedderPolicy(view: View, signal: AbortSignal, kept: (address: string) => void): void {
  const observer = new view.ReportingObserver(
    (reports) => {
      for (const { body } of reports) {
        const { blockedURL, disposition } = (body as CoepBody).toJSON()
        if (disposition === 'enforce') kept(blockedURL)
      }
    },
    { types: ['coep'] },
  )
  observer.observe()
  signal.addEventListener('abort', () => observer.disconnect())
}

/**
 * Lets the frame into a page with a Cross-Origin-Embedder-Policy where the browser can, as a `credentialless` frame. Such
 * a frame has cookies, storage and a cache of its own, so it is made only where it is needed. A page learns of its own
 * policy by `crossOriginIsolated`, or when the frame was kept out.
 */
export function passEmbedderPolicy(
  frame: HTMLIFrameElement & { credentialless?: boolean },
  signal: AbortSignal,
): void {
  if (!('credentialless' in frame)) return
  const view = viewOf(frame.ownerDocument)
  frame.credentialless = view.crossOriginIsolated
  watchEmbedderPolicy(view, signal, (address) => {
    if (frame.credentialless || address !== frame.src) return
    frame.credentialless = true
    // Browsers read the property when the frame is inserted.
    frame.replaceWith(frame)
  })
}
