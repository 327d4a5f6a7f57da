import { shareOrigin } from '../connection/manual-frame.ts'
import { type Findings, wasRefused } from './findings.ts'
import { UNKNOWN, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** Returns Biuwer's origin, as far as the tag knows it. */
export function biuwerOrigin({ biuwer, instance }: Subject): string | undefined {
  return instance === null ? biuwer : shareOrigin(instance)
}

/** Judges whether Biuwer can be reached from here. What its page shows no other page can see. */
export function biuwer(subject: Subject, found: Findings): Verdict {
  const origin = biuwerOrigin(subject)
  if (!origin || !found.biuwer) return UNKNOWN
  if (found.biuwer === 'answered')
    return [true, `${origin} answers. Only its page shows if it takes its token.`]
  if (wasRefused(found, /^(connect|default)-src$/, origin))
    return [null, 'connect-src kept it from being asked.']
  return [false, `${origin} does not answer: check its name, firewall and ad blocker.`]
}
