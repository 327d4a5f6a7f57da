const SECOND = 1000
const UNITS = [
  ['day', 86_400 * SECOND],
  ['hour', 3_600 * SECOND],
  ['minute', 60 * SECOND],
] as const

/**
 * Keeps in `element` when something begins and how soon: the larger the time left in milliseconds, the
 * coarser. What it returns stops it.
 */
export function countdown(element: HTMLTimeElement, left: () => number, language: string): () => void {
  const soon = new Intl.RelativeTimeFormat(language)
  const date = new Date(element.dateTime).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' })
  const show = () => {
    const ms = Math.max(left(), 0)
    // From twice a unit on: "in 90 minutes" says more than "in 1 hour".
    const [unit, size] = UNITS.find(([, size]) => ms >= 2 * size) ?? ['second', SECOND]
    element.textContent = `${date} (${soon.format(Math.round(ms / size), unit)})`
  }
  show()
  const timer = setInterval(show, SECOND)
  return () => clearInterval(timer)
}
