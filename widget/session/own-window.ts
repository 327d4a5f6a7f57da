/** Milliseconds between two looks whether the reader has closed the window: no event of the browser tells. */
const LOOK_EVERY = 500

/** Runs `closed` once the reader has closed the window, until `signal` aborts. */
export function watchOwnWindow(ownWindow: Window, signal: AbortSignal, closed: () => void): void {
  const timer = setInterval(() => ownWindow.closed && closed(), LOOK_EVERY)
  signal.addEventListener('abort', () => clearInterval(timer))
}
