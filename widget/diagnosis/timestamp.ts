/** RFC 3339, UTC, whole seconds, as the API writes times. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '')
}
