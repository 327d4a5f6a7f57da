import type { SessionOpened, SessionStatus, Share } from '../../worker/wire.ts'
import { alarm } from '../clock.ts'
import { callEdge, type Granted } from './edge-call.ts'
import { isExposed } from './exposure.ts'
import type { EdgeFailure, NumberedCommand, NumberedReport, Report } from './protocol.ts'
import { setting } from './settings.ts'
import { hidePage, removePage, renamePage, showPage, showWords } from './share-page.ts'

/** The longest pause between two attempts to check, in milliseconds. */
const PAUSE = 30_000

interface Session {
  /** The session token, by which the frame asks whether the session still runs. */
  bearer: string
  /** The newest success. Each call that succeeds begins another `check_after_seconds`, counted from the call's start. */
  grant: Granted<SessionStatus>
  /** When to check, in milliseconds of `grant.since`; infinite while a check is under way. */
  checkAt: number
  failures: number
  /** Whether the device's clock says that the session is over, and the edge is being asked whether it is. */
  doubted: boolean
}

/** The failure for `unauthorized` about a bearer that the edge itself gave: its key was retired since. */
const RETIRED = { code: 'session_revoked', detail: 'The key that signed the session was retired.' } as const

const LED_AWAY = "Biuwer's page led to another site than BIUWER_INSTANCE, and the frame does not follow."

/** Carries out what the tag commands over the port. The session and its secrets live in this closure alone. */
export function serve(port: MessagePort, origin: string): void {
  let newest = 0
  let resource: string
  let title: string
  let ended: string
  let session: Session | undefined
  let cancelAlarm = () => {}

  const report = (what: Report) => port.postMessage({ ...what, order: newest } satisfies NumberedReport)

  const dropSession = () => {
    cancelAlarm()
    session = undefined
    removePage()
  }

  const endSession = (failure: EdgeFailure) => {
    dropSession()
    if (parent === self) showWords(ended)
    report({ ...failure, type: 'ended' })
  }

  const keepSession = (bearer: string, grant: Granted<SessionStatus>) => {
    // Half of the time, give or take a tenth: the frames of a page, or of a thousand, must not check as one.
    const checkAt = grant.body.check_after_seconds * (400 + 200 * Math.random())
    session = { bearer, grant, checkAt, failures: 0, doubted: false }
    hidePage(false)
    watchTime()
  }

  /** Ends or checks the session if it is time to, and sets the alarm for the next time. */
  const watchTime = () => {
    cancelAlarm()
    if (!session) return
    const { grant, checkAt } = session
    const age = grant.since()
    const deadline = grant.body.check_after_seconds * 1000
    const end = Math.min(grant.ends, deadline)
    // The end comes first: a page that wakes up past it must not stay in sight while a check is under way.
    if (age >= end) {
      const over = performance.now() - grant.began >= end
      if (over || session.doubted)
        return endSession({ code: over && age >= grant.ends ? 'session_expired' : 'unavailable' })
      // The device's clock alone says so: it was set, or the device slept. The edge knows which.
      session.doubted = true
      hidePage(true)
      return void check(session)
    }
    if (age >= checkAt) void check(session)
    cancelAlarm = alarm(Math.min(end, session.checkAt) - age, watchTime)
  }

  /** Asks the edge whether the session still runs. */
  const check = async (checked: Session) => {
    checked.checkAt = Infinity
    const headers = { authorization: `Bearer ${checked.bearer}` }
    const answer = await callEdge<SessionStatus>('/v1/sessions/current', { headers })
    if (session !== checked) return
    if (!('code' in answer)) return keepSession(checked.bearer, answer)
    if (answer.status === 401)
      return endSession(answer.code === 'unauthorized' ? { ...answer, ...RETIRED } : answer)
    checked.checkAt = checked.grant.since() + Math.min(PAUSE, 1000 * 2 ** checked.failures++)
    watchTime()
  }

  const rename = (name: string) => {
    title = name
    // The browser shows it as the title of a window of its own.
    document.title = name
    renamePage(name)
  }

  /** Tries whether Biuwer answers. An answer that this document may not read is one, too. */
  const reach = async () => {
    const biuwer = setting('instance')
    const asked = fetch(`${biuwer}/share`, { mode: 'no-cors', cache: 'no-store' })
    report({ type: 'reached', biuwer, answered: await asked.then(Boolean, () => false) })
  }

  const carryOut = async (command: NumberedCommand) => {
    if (command.type === 'rename') return rename(command.title)
    if (command.type === 'reach') return reach()
    newest = command.order
    if (command.type === 'open') {
      dropSession()
      ;({ resource, ended } = command)
      rename(command.title)
    }
    const { token, session_key } = command
    const answer = await callEdge<SessionOpened>('/v1/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        token,
        resource,
        origin,
        session_key,
        exposed: isExposed(),
        frame: setting('frame'),
        // The edge goes on with the Biuwer token that is shown, as long as it can.
        session: session?.bearer,
      }),
    })
    if (newest !== command.order) return
    if ('code' in answer) {
      if (answer.code === 'frame_withdrawn' && reloadOnce()) return
      // The session may have ended while the edge was asked to renew it: then it does not run on.
      report({ ...answer, type: command.type === 'open' || session ? 'refused' : 'ended' })
    } else if (isShowable(answer.body.share)) {
      const { expires_at, session_token, share } = answer.body
      const left = answer.ends - answer.since()
      report({
        type: command.type === 'open' ? 'opened' : 'renewed',
        expires_at,
        left,
        now: answer.now,
      })
      showPage(
        share,
        title,
        () => report({ type: 'ready' }),
        () => endSession({ code: 'misconfigured', detail: LED_AWAY }),
      )
      keepSession(session_token, answer)
    } else if (!reloadOnce()) {
      // The document is from another configuration, and its frame-src would refuse the page.
      endSession({ code: 'misconfigured', detail: 'The frame document names another Biuwer instance.' })
    }
  }

  port.onmessage = ({ data }: MessageEvent<NumberedCommand>) => void carryOut(data)
}

/**
 * Reloads this document past the browser's cache, where it may have stood for a year. Returns false where that was done
 * before: the fragment survives the reload and says so. The new document's hello opens again.
 */
function reloadOnce(): boolean {
  if (location.hash) return false
  history.replaceState(null, '', '#fresh')
  location.reload()
  return true
}

/** Tells whether this document's own policy lets `share` be shown. */
function isShowable(share: Share): boolean {
  return new URL(share.src).origin === setting('instance')
}
