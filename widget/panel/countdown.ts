const SECOND = 1000
const UNITS = [
  ['day', 86_400 * SECOND],
  ['hour', 3_600 * SECOND],
  ['minute', 60 * SECOND],
] as const

/**
 * Writes into `element` when something begins and how soon, and keeps that up to date. `left` gives the milliseconds
 * until then. Returns a function that stops it.
 */
export function countdown(element: HTMLTimeElement, left: () => number, language: string): () => void {
  const relative = new Intl.RelativeTimeFormat(language)
  const date = new Date(element.dateTime).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' })
  const write = () => {
    const ms = Math.max(left(), 0)
    // A unit is used from twice its size on: "in 90 minutes" says more than "in 1 hour".
    const [unit, size] = UNITS.find(([, size]) => ms >= 2 * size) ?? ['second', SECOND]
    element.textContent = `${date} (${relative.format(Math.round(ms / size), unit)})`
  }
  write()
  const timer = setInterval(write, SECOND)
  return () => clearInterval(timer)
}
