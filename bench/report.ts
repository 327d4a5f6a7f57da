export interface Row {
  name: string
  /** Requests a second. */
  rate: number
  /** To the bare handler, within the same round. */
  ratio: number
  low: number
  high: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export function report(
  rows: readonly Row[],
  facts: { rounds: number; seconds: number; machine: string },
): void {
  console.log(`\n${facts.machine}, ${facts.rounds} rounds of ${facts.seconds} s, medians\n`)
  console.log('| path | requests/s | to a bare handler | lowest–highest |')
  console.log('| --- | --- | --- | --- |')
  for (const { name, rate, ratio, low, high } of rows)
    console.log(
      `| ${name} | ${Math.round(rate)} | ${ratio.toFixed(3)} | ${low.toFixed(3)}–${high.toFixed(3)} |`,
    )
}
