import type { EmbedCode } from '../failures.ts'
import { VERSION } from '../version.ts'
import { type Findings, wasRefused } from './findings.ts'
import { FINE, UNKNOWN, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** What to do about failures of the edge itself. */
const TROUBLE: Partial<Record<EmbedCode, string>> = {
  misconfigured: 'Its /healthz names the settings that are off.',
  biuwer_unavailable: 'Its token source gave no Biuwer token: look at that.',
  unavailable: 'Its storage did not answer: try again.',
  internal: 'It failed: look up requestId in its log.',
  rate_limited: 'Too many refusals from this address: wait.',
  timeout: 'It took over 15 s: look at its log.',
}

/** Judges whether the edge can be reached from here. */
export function edge({ edge, instance, error }: Subject, found: Findings): Verdict {
  if (instance !== null) return undefined
  if (!edge) return UNKNOWN
  const answered = found.hello || found.script === 'answered'
  // A browser that reaches this machine alone says that it is offline, even if the edge runs here and answered.
  if (!answered && !found.page.online) return [false, 'The device is offline.']
  const trouble = error && TROUBLE[error.code]
  if (trouble) return [false, trouble]
  if (answered) return FINE
  if (!found.script || wasRefused(found, /^(script-src|default-src)/, edge))
    return [null, 'Browser or script-src kept it from being asked.']
  return [
    false,
    `${edge} gave no /v${VERSION}/biuwer-embed.js: check address, deployment, firewall and ad blocker.`,
  ]
}

/** Tells whether an entry of a token's origins, perhaps `https://*.example.com`, means the page's. */
function means(entry: string, origin: string): boolean {
  const [start = '', end] = entry.split('*')
  return end === undefined ? entry === origin : origin.startsWith(start) && origin.endsWith(end)
}

/** Judges whether edge and token allow the page's origin. */
export function origin({ edge, instance, error }: Subject, found: Findings): Verdict {
  const { page, hello, claims } = found
  if (instance !== null) return undefined
  if (page.origin === 'null') return [false, 'The page has no origin: see context.']
  if (page.origin === edge) return [false, 'Edge and page need different origins.']
  if (claims?.origins && !claims.origins.some((entry) => means(`${entry}`, page.origin)))
    return [false, `Add ${page.origin} to the record’s origins.`]
  const around = page.framed ? ' and the pages around it' : ''
  const advice = `add ${page.origin}${around} to ALLOWED_ORIGINS`
  if (error?.code === 'origin_not_allowed') return [false, `Refused: ${advice} and to the record’s origins.`]
  if (hello) return FINE
  const kept = !edge || page.embedderPolicy || wasRefused(found, /^(frame|child|default)-src$/, edge)
  if (kept || found.script !== 'answered') return UNKNOWN
  // A refused frame loads the browser's own page. In Firefox, a frame that COEP keeps out loads nothing.
  if (found.frame === 'silent')
    return [false, 'The edge answers, its frame is silent: it is slow, or the page’s COEP keeps it out.']
  return [false, `The edge answers, its frame does not: ${advice}, or see its /healthz.`]
}
