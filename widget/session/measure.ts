/** Leaves a measure for the page's author in the browser's performance timeline. */
export function measure(what: string, start = 0): void {
  // jsdom has no timeline.
  performance.measure?.(`biuwer:${what}`, { start })
}
