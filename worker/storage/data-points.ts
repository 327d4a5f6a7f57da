import { OPENED } from './opening-counts.ts'

/** Openings and refusals, counted in Analytics Engine too, where a deployment binds a dataset. */

/**
 * Counts one opening or refusal. A data point has the token record, or the signer, as its index, and as its blobs `opened` or
 * the refusal's code; the refresh policy, or `preview`; and the resource. Without a verified token they stay empty: a stranger
 * could fill them with anything.
 *
 * @param code of the refusal; undefined: it opened
 */
export function recordOpening(
  events: AnalyticsEngineDataset,
  code: string | undefined,
  ask: { subject: string; policy: string; resource: string } | undefined,
): void {
  events.writeDataPoint({
    indexes: [ask?.subject ?? ''],
    blobs: [code ?? OPENED, ask?.policy ?? '', ask?.resource ?? ''],
    doubles: [1],
  })
}
