import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url))

/** The date and the machine of the run: the figures hold for them alone. */
export function circumstances(): string {
  const today = new Date().toISOString().slice(0, 10)
  return `${today}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median with the lowest and the highest value. */
export function spread(values: readonly number[], digits: number): string {
  const [middle, low, high] = [median(values), Math.min(...values), Math.max(...values)]
  return `${middle.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

/** Prints the table and replaces the former one in `RESULTS.md`. */
export function report(section: string, lines: readonly string[]): void {
  const table = lines.join('\n')
  console.log(`\n${table}\n`)
  const results = readFileSync(RESULTS, 'utf8')
  const place = new RegExp(`(<!-- ${section} -->\n)[\\s\\S]*?(<!-- end -->)`)
  if (!place.test(results)) throw new Error(`RESULTS.md has no place for ${section}`)
  writeFileSync(
    RESULTS,
    results.replace(place, (_, from: string, to: string) => `${from}\n${table}\n\n${to}`),
  )
}
