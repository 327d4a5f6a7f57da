/**
 * `biuwer-embed/testing`: the tag for a host's unit tests, in jsdom, happy-dom or a browser. It is the tag itself, with the same
 * properties, events, states and panels; only what happens is told by the test. Import it anywhere in a test: all
 * `<biuwer-embed>` that are made afterwards are stand-ins, whoever registered the tag.
 */
import type { BiuwerEmbedElement as Element } from '../biuwer-embed.ts'
import { define } from '../define.ts'
import type { DiagnosticReport } from '../diagnosis/report.ts'
import { finishReport } from '../diagnosis/show-report.ts'
import { type Subject, subjectOf } from '../diagnosis/subject.ts'
import { timestamp } from '../diagnosis/timestamp.ts'
import type { EmbedCode } from '../failures.ts'
import { type Asked, StandInSession } from '../testing/stand-in-session.ts'
import { VERSION } from '../version.ts'
import { BiuwerEmbedElement } from './element.ts'
import { loadLanguages } from './load.ts'

// Keeps the tag's name and its events known to those who import this module's types.
export type * from '../define.ts'
export type * from '../events.ts'
export type { Asked } from '../testing/stand-in-session.ts'

/** Under a name that several copies of this module share: test runners load modules anew. */
const SESSION = Symbol.for('biuwer-embed/testing')

/** A report without checks: nothing is looked at. */
async function diagnose({ edge, instance, resource, state, error }: Subject): Promise<DiagnosticReport> {
  return {
    version: VERSION,
    at: timestamp(Date.now()),
    page: location.origin,
    edge: edge ?? null,
    instance,
    resource: resource && `${resource.slice(0, 4)}…`,
    state,
    code: error?.code ?? null,
    requestId: error?.requestId ?? null,
    browser: navigator.userAgent,
    checks: [],
  }
}

const loadDiagnosis = async () => ({ diagnose, finishReport, subjectOf })
/** The class of the tag: another copy's, where a test runner has loaded modules anew. */
const Registered = (customElements.get('biuwer-embed') as typeof Element | undefined) ?? BiuwerEmbedElement
Registered.loadDiagnosis = loadDiagnosis
// Set before the tag is registered, which makes elements of those that are in the page.
Registered.makeSession = (host, states) => {
  const session = new StandInSession(host, states)
  Object.defineProperty(host, SESSION, { value: session })
  return session
}
define(null, loadDiagnosis, loadLanguages)

/** When the session ends; by default eight hours from now, or from the end before. */
export interface Opening {
  expiresAt?: Date
}

/** How a failure is told. */
export interface Failing {
  /** The event's `message`; by default what the tag says of the code. */
  message?: string
  requestId?: string
  validFrom?: Date
  /** Whether the session goes on, as after a renewal that was refused. */
  running?: boolean
}

/**
 * Opens the session: state `ready`, `biuwer-ready`. Both have happened on return; await the promise for what the tag renders.
 * @throws {TypeError} where the tag lacks a resource id or a source of tokens, or is not in the page
 */
export function open(element: HTMLElement, { expiresAt }: Opening = {}): Promise<boolean> {
  sessionOf(element).open(expiresAt)
  return rendered(element)
}

/**
 * Lets the tag fail: state `error`, `biuwer-error` with this code.
 * @throws {TypeError} where the tag is not in the page
 */
export function fail(element: HTMLElement, code: EmbedCode, failing: Failing = {}): Promise<boolean> {
  const { message, requestId, validFrom, running = false } = failing
  const failure = { code, detail: message, request_id: requestId, valid_from: validFrom?.toISOString() }
  sessionOf(element).fail(failure, running)
  return rendered(element)
}

/**
 * Ends the session with nothing to renew it: state `expired`, `biuwer-expired`.
 * @throws {TypeError} where the tag is not in the page
 */
export function expire(element: HTMLElement): Promise<boolean> {
  sessionOf(element).expire()
  return rendered(element)
}

/**
 * Renews the session: the page's source is asked, then `biuwer-expiring` and `biuwer-renewed`.
 * @throws {TypeError} where no session is open
 */
export function renew(element: HTMLElement, { expiresAt }: Opening = {}): Promise<boolean> {
  sessionOf(element).renew(expiresAt)
  return rendered(element)
}

/**
 * Signs the visitor out of the host: `biuwer-error` with the code `signed_out`. A session that is open goes on; else the tag is in
 * the state `error`.
 * @throws {TypeError} where the tag is not in the page
 */
export function signOut(element: HTMLElement): Promise<boolean> {
  const session = sessionOf(element)
  session.fail({ code: 'signed_out' }, session.state === 'ready')
  return rendered(element)
}

/** Tells what the tag has asked of `tokenProvider` and `token-url`, oldest first. */
export function asked(element: HTMLElement): readonly Asked[] {
  return sessionOf(element).asked
}

function sessionOf(element: (HTMLElement & { [SESSION]?: StandInSession }) | null): StandInSession {
  const session = element?.[SESSION]
  if (session) return session
  throw new TypeError(
    'no stand-in: import biuwer-embed/testing before a <biuwer-embed> is made, and hand that element over',
  )
}

function rendered(element: HTMLElement): Promise<boolean> {
  return (element as Element).updateComplete
}
