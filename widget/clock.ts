/**
 * Milliseconds between two looks at the clock while an alarm waits. It keeps `setTimeout` away from 2³¹, past which it
 * fires at once, and bounds how late a due alarm is noticed after a computer's sleep, in which timers stand still.
 */
const STEP = 5_000

/**
 * Starts to count; what it returns gives the milliseconds since. It takes the larger of two clocks, because
 * `performance.now` may stand still in sleep and `Date.now` may be set back.
 */
export function stopwatch(): () => number {
  const wall = Date.now()
  const steady = performance.now()
  return () => Math.max(Date.now() - wall, performance.now() - steady)
}

/**
 * Counts as a stopwatch does, but only while the page runs. Of a gap, as a sleep leaves, a frozen tab, or a clock that is set
 * ahead, it counts no more than five seconds.
 */
export function runningTime(): () => number {
  const elapsed = stopwatch()
  let total = 0
  let last = 0
  return () => {
    const now = elapsed()
    total += Math.min(now - last, STEP)
    last = now
    return total
  }
}

/**
 * Runs `due` once, when `ms` milliseconds have passed by `elapsed`, which began to count just now. Returns a function that
 * cancels the alarm.
 */
export function alarm(ms: number, due: () => void, elapsed = stopwatch()): () => void {
  const life = new AbortController()
  let timer = 0
  const stop = () => {
    clearTimeout(timer)
    life.abort()
  }
  const look = () => {
    const left = ms - elapsed()
    clearTimeout(timer)
    if (left > 0) {
      timer = setTimeout(look, Math.min(left, STEP))
    } else {
      stop()
      due()
    }
  }
  for (const woken of ['visibilitychange', 'pageshow', 'online'])
    addEventListener(woken, look, { signal: life.signal })
  timer = setTimeout(look, Math.min(ms, STEP))
  return stop
}
