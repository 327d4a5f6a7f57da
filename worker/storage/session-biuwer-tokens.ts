import { DurableObject } from 'cloudflare:workers'
import { clock } from '../clock.ts'
import { type Bindings, readSettings, type Settings } from '../env.ts'
import { waitAfter } from '../policy/biuwer-refresh.ts'
import { BIUWER_TOKEN_PREFIX } from '../policy/biuwer-token.ts'
import { type SessionClaims, sessionRefusal } from '../policy/session.ts'
import type { Standing } from '../policy/standing.ts'
import { DAY, type Instant, MINUTE } from '../policy/time.ts'
import { inTurns } from '../source/in-turns.ts'
import { createBiuwerToken, deleteBiuwerToken, type TokenSource } from '../source/token-source.ts'
import { random } from '../tokens/random.ts'
import { registryOf } from './registry.ts'
import { insert } from './rows.ts'
import { seal, unsealOrGone } from './vault.ts'

/** An opening, or a renewal, that needs a Biuwer token of its own. */
export interface SessionAsk {
  user: string
  /** The digest of the session key. */
  sessionKey: string
  /** What the opening is released by: another one for each, so that none takes away what another one of its session shows. */
  opening: string
  /** The session as it will be; its `exp` is the latest that it may have. */
  session: SessionClaims
  edgeOrigin: string
  /** The end of the session that is renewed; null: an opening. */
  renews: Instant | null
}

/** A Biuwer token for a session. */
export interface SessionToken {
  /** A secret. */
  biuwerToken: string
  to: Instant
}

/** A Biuwer token as the object keeps it. */
interface TokenRow extends Record<string, SqlStorageValue> {
  id: string
  user: string
  session_key: string
  kid: string
  iv: string
  data: string
  valid_to: Instant
  /** 1: Biuwer takes it after `valid_to`, too. */
  lives_on: number
  /** When the source is told that it has ended; null: a session shows it. */
  tell_at: Instant | null
  failures: number
}

interface SessionRow extends Record<string, SqlStorageValue> {
  opening: string
  token: string
  sid: string
  noted_at: Instant
  edge_origin: string
  claims: string
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS biuwer_tokens (
  id TEXT PRIMARY KEY,
  user TEXT NOT NULL,
  session_key TEXT NOT NULL,
  kid TEXT NOT NULL,
  iv TEXT NOT NULL,
  data TEXT NOT NULL,
  valid_to INTEGER NOT NULL,
  lives_on INTEGER NOT NULL,
  tell_at INTEGER,
  failures INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS biuwer_tokens_of_key ON biuwer_tokens (session_key, valid_to);
CREATE INDEX IF NOT EXISTS biuwer_tokens_to_tell ON biuwer_tokens (tell_at);
CREATE TABLE IF NOT EXISTS sessions (
  opening TEXT PRIMARY KEY,
  token TEXT NOT NULL,
  sid TEXT NOT NULL,
  noted_at INTEGER NOT NULL,
  edge_origin TEXT NOT NULL,
  claims TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS sessions_of_token ON sessions (token, sid, noted_at);
CREATE TABLE IF NOT EXISTS askings (
  session_key TEXT PRIMARY KEY,
  message_id TEXT NOT NULL,
  ask_from INTEGER NOT NULL,
  ask_to INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
`

/** Seconds for which a question without an answer is asked again as it was. */
const SAME_QUESTION = MINUTE
/** Seconds after which an opening is over: by then it was released, or its session runs. */
const LONGEST_OPENING = MINUTE
/** Seconds by which Biuwer's clock may be ahead of ours. */
const AHEAD = MINUTE
/** Ended Biuwer tokens that the source is told of at once; the platform bounds the calls of an invocation. */
const MOST_TOLD = 40
/** Seconds after which the source is told no more of a Biuwer token that lives on. */
const LONGEST_TELLING = 30 * DAY

/**
 * The Biuwer tokens of one user that are for a session each. Sessions of one session key share one. The token source is asked
 * for it at the opening, and told when the last of its sessions has ended: by its own end, or by whatever ended it early, which
 * is looked for at each change that the registry tells of, and every `SESSION_CHECK`.
 */
export class SessionBiuwerTokens extends DurableObject<Bindings> {
  #settings: Promise<Settings> | undefined
  /** Questions under way, by session key. */
  readonly #askings = new Map<string, Promise<string | undefined>>()
  /** How many openings of a session key are under way: its Biuwer token is not shown yet, and is not to end. */
  readonly #openings = new Map<string, number>()
  /** The review under way, and those that wait for it. */
  #reviews: Promise<void> = Promise.resolve()

  /** The Biuwer token of a session key, or why there is none. Tags that open at the same time cost one question. */
  async open(ask: SessionAsk): Promise<SessionToken | { failure: string }> {
    const { sessionKey } = ask
    this.#openings.set(sessionKey, (this.#openings.get(sessionKey) ?? 0) + 1)
    try {
      return await this.#open(ask)
    } finally {
      const left = (this.#openings.get(sessionKey) ?? 1) - 1
      if (left > 0) this.#openings.set(sessionKey, left)
      else this.#openings.delete(sessionKey)
    }
  }

  async #open(ask: SessionAsk): Promise<SessionToken | { failure: string }> {
    const { tokenSource, vaultKeys } = await this.#readSettings()
    if (!tokenSource) return { failure: 'this edge has no token source' }
    this.#prepare()
    const isEnough = ({ valid_to }: TokenRow) =>
      ask.renews === null || valid_to > ask.renews || ask.session.exp <= ask.renews
    let row = this.#newest(ask.sessionKey)
    let biuwerToken = row && isEnough(row) ? await unsealOrGone(row.user, row, vaultKeys) : undefined
    if (biuwerToken === undefined) {
      const failure = await this.#askOnce(ask, tokenSource)
      if (failure !== undefined) return { failure }
      row = this.#newest(ask.sessionKey)
      biuwerToken = row && (await unsealOrGone(row.user, row, vaultKeys))
    }
    if (!row || biuwerToken === undefined) return { failure: 'the Biuwer token ended meanwhile' }
    await this.#note(row, ask)
    return { biuwerToken, to: row.valid_to }
  }

  /** Takes an opening back that came to nothing after all. */
  async release(opening: string): Promise<void> {
    this.#prepare()
    const released = this.#sql.exec('DELETE FROM sessions WHERE opening = ? RETURNING 1', opening)
    if (released.toArray().length > 0) await this.review()
  }

  /** Looks for sessions that have ended, and tells the source of the Biuwer tokens that none shows any more. */
  review(): Promise<void> {
    const review = this.#reviews.then(() => this.#review())
    // One that failed keeps none of the later ones from running.
    this.#reviews = review.catch(() => undefined)
    return review
  }

  override async alarm(): Promise<void> {
    try {
      await this.review()
    } catch (error) {
      console.warn(JSON.stringify({ event: 'sessions_not_reviewed', error: String(error) }))
      await this.ctx.storage.setAlarm((clock() + MINUTE) * 1000)
    }
  }

  get #sql(): SqlStorage {
    return this.ctx.storage.sql
  }

  #prepare(): void {
    this.#sql.exec(SCHEMA)
  }

  #readSettings(): Promise<Settings> {
    this.#settings ??= readSettings(this.env)
    return this.#settings
  }

  /** The newest Biuwer token of a session key that is valid. */
  #newest(sessionKey: string): TokenRow | undefined {
    const statement = `SELECT * FROM biuwer_tokens WHERE session_key = ? AND valid_to > ? AND tell_at IS NULL
      ORDER BY valid_to DESC LIMIT 1`
    return this.#sql.exec<TokenRow>(statement, sessionKey, clock()).toArray()[0]
  }

  /** Asks the source for a Biuwer token, once for all who wait for it. Returns why there is none; undefined: there is. */
  #askOnce(ask: SessionAsk, source: TokenSource): Promise<string | undefined> {
    const { sessionKey } = ask
    const underWay = this.#askings.get(sessionKey)
    if (underWay) return underWay
    const asking = this.#ask(ask, source).finally(() => this.#askings.delete(sessionKey))
    this.#askings.set(sessionKey, asking)
    return asking
  }

  async #ask({ user, sessionKey, session }: SessionAsk, source: TokenSource): Promise<string | undefined> {
    const { messageId, ...interval } = this.#question(sessionKey, session.exp)
    const answer = await createBiuwerToken(source, { messageId, user }, interval)
    if ('isDown' in answer || answer.from > clock() + AHEAD) {
      const reason = 'isDown' in answer ? answer.reason : 'the Biuwer token begins later'
      console.warn(JSON.stringify({ event: 'token_source_failed', message_id: messageId, reason }))
      return reason
    }
    const { vaultKeys } = await this.#readSettings()
    const { kid, iv, data } = await seal(user, answer.biuwerToken, vaultKeys)
    insert(this.#sql, 'biuwer_tokens', {
      id: `${BIUWER_TOKEN_PREFIX}${random()}`,
      user,
      session_key: sessionKey,
      kid,
      iv,
      data,
      valid_to: answer.to,
      lives_on: answer.livesOn ? 1 : 0,
    })
    this.#sql.exec('DELETE FROM askings WHERE session_key = ?', sessionKey)
    return undefined
  }

  /** What the source is asked: the former question of a moment ago, if it had no answer. */
  #question(sessionKey: string, to: Instant) {
    const now = clock()
    this.#sql.exec('DELETE FROM askings WHERE ask_from <= ? OR ask_to <= ?', now - SAME_QUESTION, now)
    const statement = `INSERT INTO askings VALUES (?, ?, ?, ?) ON CONFLICT (session_key) DO UPDATE SET ask_from = ask_from
      RETURNING message_id, ask_from, ask_to`
    const { message_id, ask_from, ask_to } = this.#sql
      .exec<{ message_id: string; ask_from: Instant; ask_to: Instant }>(
        statement,
        sessionKey,
        `msg_${random()}`,
        now,
        to,
      )
      .one()
    return { messageId: message_id, from: ask_from, to: ask_to }
  }

  /** Notes that a session shows a Biuwer token. */
  async #note({ id, valid_to }: TokenRow, { opening, session, edgeOrigin }: SessionAsk): Promise<void> {
    const { sid } = session
    const now = clock()
    const claims: SessionClaims = { ...session, exp: Math.min(session.exp, valid_to) }
    // Of former openings of the session, the last one speaks for all: a page that opens again and again takes no more room.
    const over = 'FROM sessions WHERE token = ?1 AND sid = ?2 AND noted_at <= ?3'
    this.#sql.exec(
      `DELETE ${over} AND opening <> (SELECT opening ${over} ORDER BY noted_at DESC LIMIT 1)`,
      id,
      sid,
      now - LONGEST_OPENING,
    )
    this.#sql.exec(
      'INSERT OR REPLACE INTO sessions (opening, token, sid, noted_at, edge_origin, claims) VALUES (?, ?, ?, ?, ?, ?)',
      opening,
      id,
      sid,
      now,
      edgeOrigin,
      JSON.stringify(claims),
    )
    const { sessionCheck } = await this.#readSettings()
    const due = Math.min(now + sessionCheck, valid_to) * 1000
    const alarm = await this.ctx.storage.getAlarm()
    if (alarm === null || alarm > due) await this.ctx.storage.setAlarm(due)
  }

  async #review(): Promise<void> {
    this.#prepare()
    await this.#endTokens()
    await this.#tellSource()
    const { sessionCheck } = await this.#readSettings()
    // Nothing may come between the look and what follows from it.
    const next = this.#nextReview(sessionCheck)
    if (next !== undefined) await this.ctx.storage.setAlarm(next * 1000)
    else if (this.#openings.size === 0) await this.ctx.storage.deleteAll()
  }

  /** Takes away sessions that have ended, and ends the Biuwer tokens that no session shows. */
  async #endTokens(): Promise<void> {
    const rows = this.#sql
      .exec<SessionRow & { user: string }>(
        'SELECT s.*, user FROM sessions AS s JOIN biuwer_tokens AS b ON b.id = s.token',
      )
      .toArray()
    const [first] = rows
    const sessions = rows.map((row) => ({ row, claims: JSON.parse(row.claims) as SessionClaims }))
    const subjects = [...new Set(sessions.map(({ claims }) => claims.sub))]
    const standings: Record<string, Standing> = first
      ? await registryOf(this.env).standings(first.user, subjects)
      : {}
    const settings = await this.#readSettings()
    const now = clock()
    for (const { row, claims } of sessions) {
      const standing = standings[claims.sub]
      const rules = { ...settings, edgeOrigin: row.edge_origin }
      if (standing && !sessionRefusal(claims, standing, rules, now)) continue
      this.#sql.exec('DELETE FROM sessions WHERE opening = ?', row.opening)
    }
    const opening = JSON.stringify([...this.#openings.keys()])
    this.#sql.exec(
      `UPDATE biuwer_tokens SET tell_at = ? WHERE tell_at IS NULL AND id NOT IN (SELECT token FROM sessions)
       AND session_key NOT IN (SELECT value FROM json_each(?))`,
      now,
      opening,
    )
    // Those that have ended in Biuwer by themselves.
    this.#sql.exec(
      `DELETE FROM biuwer_tokens WHERE tell_at IS NOT NULL AND valid_to <= CASE lives_on WHEN 1 THEN ?2 ELSE ?1 END`,
      now,
      now - LONGEST_TELLING,
    )
    this.#sql.exec('DELETE FROM sessions WHERE token NOT IN (SELECT id FROM biuwer_tokens)')
  }

  async #tellSource(): Promise<void> {
    const { tokenSource, vaultKeys } = await this.#readSettings()
    const statement = 'SELECT * FROM biuwer_tokens WHERE tell_at <= ? ORDER BY tell_at LIMIT ?'
    const rows = this.#sql.exec<TokenRow>(statement, clock(), MOST_TOLD).toArray()
    await inTurns(rows, async (row) => {
      const biuwerToken = await unsealOrGone(row.user, row, vaultKeys)
      const { id, user } = row
      const failure =
        biuwerToken !== undefined &&
        (tokenSource
          ? await deleteBiuwerToken(tokenSource, { messageId: `end_${id}`, user }, biuwerToken)
          : { reason: 'this edge has no token source' })
      if (!failure) {
        this.#sql.exec('DELETE FROM biuwer_tokens WHERE id = ?', id)
        return
      }
      console.warn(JSON.stringify({ event: 'token_source_not_told', message_id: `end_${id}`, ...failure }))
      const failures = row.failures + 1
      const due = clock() + waitAfter(failures, id)
      this.#sql.exec('UPDATE biuwer_tokens SET tell_at = ?, failures = ? WHERE id = ?', due, failures, id)
    })
  }

  /** When to look again; undefined: there is nothing to look after. */
  #nextReview(sessionCheck: number): Instant | undefined {
    const { live, told } = this.#sql
      .exec<{ live: Instant | null; told: Instant | null }>(
        `SELECT min(CASE WHEN tell_at IS NULL THEN valid_to END) AS live, min(tell_at) AS told FROM biuwer_tokens`,
      )
      .one()
    const now = clock()
    const times = [live === null ? null : Math.min(Math.max(live, now + 1), now + sessionCheck), told]
    const due = times.filter((time) => time !== null)
    return due.length > 0 ? Math.min(...due) : undefined
  }
}
