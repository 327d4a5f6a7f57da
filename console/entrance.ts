import { BiuwerEdge } from '../client/biuwer-edge.ts'
import { EdgeError } from '../client/edge-error.ts'
import { forgetCopies } from './forget-copies.ts'
import { IDLE_LIMIT, IdleWatch, lastAction } from './idle-watch.ts'
import { isGranted, NEEDS } from './permission.ts'
import { type Admission, Session } from './session.ts'
import { sharedStorage, tabStorage } from './storage.ts'

/**
 * Why nobody is signed in: nobody has yet, the person signed out, nobody acted for long, or the edge takes the key no
 * longer.
 */
export type Absence = 'new' | 'ended' | 'idle' | 'refused'

/** Of the tab: the key of a person who stays signed in through reloads, and since when. */
const KEPT = 'biuwer-embed:admin-key'
/** Of all tabs: when somebody last signed out. Tabs that are not running read it when they wake. */
const SIGNED_OUT = 'biuwer-embed:signed-out'

interface Kept {
  adminKey: string
  /** Milliseconds since 1970. */
  since: number
}

/**
 * Where people sign in and out. The key is in the session's memory; it is in the tab's session storage too if the
 * person wants to stay signed in through reloads. A sign-out ends every tab. Fires `change`.
 */
export class Entrance extends EventTarget {
  session: Session | undefined
  absence: Absence = 'new'
  /** Whether a person who does nothing is signed out within a minute. */
  isClosing = false
  readonly #watch = new IdleWatch()
  /** Settles once the browser has forgotten the copies of a key that has left. */
  #forgetting: Promise<void> | undefined

  constructor() {
    super()
    this.#watch.addEventListener('change', () => {
      this.isClosing = this.#watch.presence === 'leaving'
      if (this.#watch.presence === 'gone') this.#leaveForGood('idle')
      else this.#fireChange()
    })
    addEventListener('storage', ({ key }) => {
      if (key === SIGNED_OUT && this.session) this.#leave('ended')
    })
    // A page that the browser keeps for its way back begins anew when it is shown, as after a reload.
    addEventListener('pagehide', () => this.#close('new'))
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) void this.resume()
    })
  }

  /** Signs in with a key. Rejects with the edge's EdgeError if the edge does not take the key. */
  async signIn(adminKey: string, { keep }: { keep: boolean }): Promise<void> {
    const edge = new BiuwerEdge({ edge: location.origin, adminKey })
    const admission = await admissionOf(edge).catch((error: unknown) => {
      // A text that can't be sent in a header is no key.
      if (error instanceof TypeError) throw new EdgeError('unauthorized', 'This is no key.')
      throw error
    })
    // Else the key would be forgotten with those of before.
    await this.#forgetting
    if (keep) tabStorage.set(KEPT, JSON.stringify({ adminKey, since: Date.now() } satisfies Kept))
    else tabStorage.remove(KEPT)
    this.#watch.start()
    if (this.session?.isOf(adminKey)) {
      this.session.readmit(admission)
      return
    }
    this.session?.end()
    const session = new Session(adminKey, edge, admission)
    session.addEventListener('change', () => {
      if (session.isRefused) {
        tabStorage.remove(KEPT)
        this.absence = 'refused'
      }
      this.#fireChange()
    })
    this.session = session
    this.#fireChange()
  }

  /** Signs in with the key that the tab keeps, unless the person has left since: by a sign-out in any tab, or idle. */
  async resume(): Promise<void> {
    const kept = keptKey()
    if (!kept) return
    const { adminKey, since } = kept
    if (Number(sharedStorage.get(SIGNED_OUT)) >= since) return this.#leave('ended')
    if (Date.now() - Math.max(since, lastAction()) >= IDLE_LIMIT) return this.#leave('idle')
    try {
      await this.signIn(adminKey, { keep: true })
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      if (error.code === 'unauthorized') this.#leave('refused')
    }
  }

  signOut(): void {
    sharedStorage.set(SIGNED_OUT, String(Date.now()))
    this.#leaveForGood('ended')
  }

  #leaveForGood(absence: Absence): void {
    this.#leave(absence)
    this.#forgetting = forgetCopies()
  }

  #leave(absence: Absence): void {
    tabStorage.remove(KEPT)
    this.#close(absence)
  }

  #close(absence: Absence): void {
    this.#watch.stop()
    this.isClosing = false
    this.session?.end()
    this.session = undefined
    this.absence = absence
    this.#fireChange()
  }

  #fireChange(): void {
    this.dispatchEvent(new Event('change'))
  }
}

async function admissionOf(edge: BiuwerEdge): Promise<Admission> {
  const key = await edge.keys.current()
  return { key, deployment: isGranted(NEEDS.read, key) ? await edge.deployment() : undefined }
}

function keptKey(): Kept | undefined {
  const text = tabStorage.get(KEPT)
  if (text === null) return undefined
  try {
    const kept: unknown = JSON.parse(text)
    return isKept(kept) ? kept : undefined
  } catch (error) {
    // What an earlier version kept was the key alone.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isKept(value: unknown): value is Kept {
  return (
    typeof value === 'object' &&
    value !== null &&
    'adminKey' in value &&
    typeof value.adminKey === 'string' &&
    'since' in value &&
    typeof value.since === 'number'
  )
}
