import type { SessionOpened, SessionStatus, Share } from '../../worker/wire.ts'
import { alarm } from '../clock.ts'
import { call, type Granted } from './edge-call.ts'
import { isExposed } from './exposure.ts'
import type { Numbered, Order, Refusal, Report } from './protocol.ts'
import { given } from './settings.ts'
import { clear, show, showWords } from './share-page.ts'

/** The longest pause between two attempts to check, in milliseconds. */
const PAUSE = 30_000

interface Session {
  bearer: string
  /** The newest success: each call that succeeds begins another `check_after_seconds`, counted from its start. */
  grant: Granted<SessionStatus>
  /** When to check, in milliseconds of `grant.since`; infinite while a check is under way. */
  checkAt: number
  failures: number
}

/** What `unauthorized` says of a bearer that the edge itself gave: no key verifies it any more. */
const RETIRED = { code: 'session_revoked', detail: 'The key that signed the session was retired.' } as const

const LED_AWAY = "Biuwer's page led to another site than BIUWER_INSTANCE, and the frame does not follow."

/** Carries out what comes over the port. The session and its secrets live in this closure alone. */
export function serve(port: MessagePort, origin: string): void {
  let newest = 0
  let resource: string
  let title: string
  let ended: string
  let session: Session | undefined
  let calm = () => {}

  const say = (report: Report) => port.postMessage({ ...report, order: newest } satisfies Numbered)

  const drop = () => {
    calm()
    session = undefined
    clear()
  }

  const end = (refusal: Refusal) => {
    drop()
    if (parent === self) showWords(ended)
    say({ ...refusal, type: 'ended' })
  }

  const run = (bearer: string, grant: Granted<SessionStatus>) => {
    // Half of the time, give or take a tenth: the frames of a page, or of a thousand, must not check as one.
    const checkAt = grant.body.check_after_seconds * (400 + 200 * Math.random())
    session = { bearer, grant, checkAt, failures: 0 }
    watch()
  }

  const watch = () => {
    calm()
    if (!session) return
    const { grant, checkAt } = session
    const age = grant.since()
    const deadline = grant.body.check_after_seconds * 1000
    // The ends first: a page that wakes up past one must not stay while a check is on its way.
    if (age >= grant.ends) return end({ code: 'session_expired' })
    if (age >= deadline) return end({ code: 'unavailable' })
    if (age >= checkAt) void check(session)
    calm = alarm(Math.min(grant.ends, deadline, session.checkAt) - age, watch)
  }

  const check = async (checked: Session) => {
    checked.checkAt = Infinity
    const headers = { authorization: `Bearer ${checked.bearer}` }
    const answer = await call<SessionStatus>('/v1/sessions/current', { headers })
    if (session !== checked) return
    if (!('code' in answer)) return run(checked.bearer, answer)
    if (answer.status === 401) return end(answer.code === 'unauthorized' ? { ...answer, ...RETIRED } : answer)
    checked.checkAt = checked.grant.since() + Math.min(PAUSE, 1000 * 2 ** checked.failures++)
    watch()
  }

  const carryOut = async (order: Order) => {
    newest = order.order
    if (order.type === 'open') {
      drop()
      ;({ resource, title, ended } = order)
      // In a window of its own it is what the tab says.
      document.title = title
    }
    const { token, session_key } = order
    const answer = await call<SessionOpened>('/v1/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, resource, origin, session_key, exposed: isExposed() }),
    })
    if (newest !== order.order) return
    if ('code' in answer) {
      // A session that ended while its renewal was asked for is not said to run on.
      say({ ...answer, type: order.type === 'open' || session ? 'refused' : 'ended' })
    } else if (admits(answer.body.share)) {
      const { expires_at, session_token, share } = answer.body
      const left = answer.ends - answer.since()
      say({ type: order.type === 'open' ? 'opened' : 'renewed', expires_at, left, now: answer.now })
      show(
        share,
        title,
        () => say({ type: 'ready' }),
        () => end({ code: 'misconfigured', detail: LED_AWAY }),
      )
      run(session_token, answer)
    } else if (location.hash) {
      end({ code: 'misconfigured', detail: 'The frame document names another Biuwer instance.' })
    } else {
      // Cached from an older configuration: its frame-src would refuse the page. The fragment survives the
      // reload, so that there is one; the new document's hello opens again.
      history.replaceState(null, '', '#fresh')
      location.reload()
    }
  }

  port.onmessage = ({ data }: MessageEvent<Order>) => void carryOut(data)
}

/** Whether this document's own policy lets `share` be shown. */
function admits(share: Share): boolean {
  return new URL(share.src).origin === given('instance')
}
