import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, vi } from 'vitest'

/**
 * Noon of a day on which no clock changes, in milliseconds. It is ahead of the platform's own clock, which would ring the alarms
 * of a past day at once.
 */
export const NOW = Date.parse('2126-03-14T12:00:00Z')

/** The timestamp of a moment, in seconds from NOW. */
export const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString().replace('.000', '')

/** Begins every test of the file at NOW, where the clock stands still; afterwards it runs again, and storage is empty. */
export function frozenClock(): void {
  beforeEach(() => vi.setSystemTime(NOW))
  afterEach(async () => {
    vi.useRealTimers()
    await reset()
  })
}

export function passSeconds(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000)
}
