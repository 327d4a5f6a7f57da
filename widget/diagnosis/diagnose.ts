import { shareOrigin } from '../connection/manual-frame.ts'
import { VERSION } from '../version.ts'
import { biuwer } from './biuwer-reach.ts'
import { clock } from './clock-skew.ts'
import { context } from './context.ts'
import { edge, origin } from './edge-reach.ts'
import { type Findings, find } from './findings.ts'
import { connectPolicy, framePolicy } from './page-policy.ts'
import type { DiagnosticCheck, DiagnosticCheckName, DiagnosticReport, Verdict } from './report.ts'
import { setup } from './setup.ts'
import type { Subject } from './subject.ts'
import { timestamp } from './timestamp.ts'
import { token } from './token-state.ts'
import { visibility } from './visibility.ts'

/** All checks, in the order in which they are worth reading. */
const CHECKS: Record<DiagnosticCheckName, (subject: Subject, found: Findings) => Verdict> = {
  setup,
  context,
  visibility,
  frame_policy: framePolicy,
  connect_policy: connectPolicy,
  edge,
  origin,
  clock,
  token,
  biuwer,
}

/** Looks for what goes wrong in practice. Takes up to five seconds, spends no token, tells no secret. */
export async function diagnose(subject: Subject): Promise<DiagnosticReport> {
  const { instance, resource, state, error } = subject
  const found = await find(subject)
  const checks = Object.entries(CHECKS).flatMap(([check, judge]): DiagnosticCheck[] => {
    const verdict = judge(subject, found)
    return verdict ? [{ check: check as DiagnosticCheckName, ok: verdict[0], detail: verdict[1] }] : []
  })
  return {
    version: VERSION,
    at: timestamp(Date.now()),
    page: found.page.origin,
    edge: subject.edge ?? null,
    // Only where it is a name: by mistake it may hold anything, a secret too.
    instance: instance && shareOrigin(instance) ? instance : null,
    resource: resource && `${resource.slice(0, 4)}…`,
    state,
    code: error?.code ?? null,
    requestId: error?.requestId ?? null,
    browser: navigator.userAgent,
    checks,
  }
}
