/** How long an opening took, and what in it, in milliseconds. What it did not need is absent. */
export interface OpeningDurations {
  /** From the beginning to the frame's first word; absent where the frame was there already. */
  frame?: number | undefined
  /** From the token's handing over to the edge's answer; absent in manual mode. */
  session?: number | undefined
  /** From the beginning to Biuwer's page. */
  ready?: number | undefined
}

/** Notes a duration, and leaves it for the page's author in the browser's performance timeline. */
export function measure(durations: OpeningDurations, what: keyof OpeningDurations, start: number): void {
  // jsdom has no timeline.
  durations[what] = performance.measure?.(`biuwer:${what}`, { start }).duration
}
