import { shareOrigin } from '../connection/manual-frame.ts'
import { type Findings, originOf, wasRefused } from './findings.ts'
import { FINE, UNKNOWN, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** Judges whether the page's Content-Security-Policy lets the frame in. */
export function framePolicy({ edge, instance }: Subject, found: Findings): Verdict {
  const origin = instance === null ? edge : shareOrigin(instance)
  if (found.hello) return FINE
  if (!origin || !found.frame) return UNKNOWN
  if (wasRefused(found, /^(frame|child|default)-src$/, origin)) return refused('frame-src', origin)
  return FINE
}

/** Judges whether the page's Content-Security-Policy lets the tag ask `token-url`. */
export function connectPolicy({ source, tokenUrl }: Subject, found: Findings): Verdict {
  if (source !== 'token-url' || !tokenUrl) return undefined
  const origin = originOf(tokenUrl)
  if (!origin) return UNKNOWN
  if (wasRefused(found, /^(connect|default)-src$/, origin)) return refused('connect-src', origin)
  if (found.tokenUrl === 'answered') return FINE
  const cause = origin === found.page.origin ? '' : ' and its CORS headers'
  return [null, `Not refused, but ${origin} answers no OPTIONS: check that it runs${cause}.`]
}

function refused(directive: string, origin: string): Verdict {
  return [false, `The page’s Content-Security-Policy refused ${origin}: add it to ${directive}.`]
}
