import { type Findings, wasRefused } from './findings.ts'
import { UNKNOWN, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** Judges whether Biuwer can be reached from here. What its page shows no other page can see. */
export function biuwer(_: Subject, found: Findings): Verdict {
  if (!found.biuwer) return UNKNOWN
  const [name, outcome] = found.biuwer
  if (outcome === 'answered') return [true, `${name} answers. Only its page shows if it takes its token.`]
  // Without an edge, whose frame asks, the page has to ask itself.
  if (wasRefused(found, /^(connect|default)-src$/, name))
    return [null, 'connect-src kept it from being asked.']
  // A Cross-Origin-Resource-Policy of its own is all the same to who asks.
  return [false, `${name} does not answer, or its CORP hides it: check name, firewall and ad blocker.`]
}
