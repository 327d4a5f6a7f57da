/** What travels between the edge and the browser. Types alone: worker, frame and tag import them, and they import nothing. */

/** A moment as the API writes it: RFC 3339, UTC, whole seconds (`2026-03-01T00:00:00Z`). */
export type Timestamp = string

/** Body of `POST /v1/sessions`, sent by the frame. */
export interface SessionRequest {
  /** The embed token. */
  token: string
  /** The resource id to open. */
  resource: string
  /** The host page's origin as the browser reported it to the frame. */
  origin: string
  /** Made by the tag once per page view and token. A single-use token binds to the first session key that redeems it. */
  session_key: string
  /** Whether the frame found that scripts of the page can reach its child windows. Absent: true in Gecko, false elsewhere. */
  exposed?: boolean | undefined
  /** The `session_token` of the session that is renewed. Absent at an opening. */
  session?: string | undefined
  /** The version of the frame's document. Absent from those of before there was such a field. */
  frame?: string | undefined
}

/** Where the frame navigates the inner iframe. `name` holds Biuwer's own token, a secret that never leaves the frame. */
export interface Share {
  src: string
  name: string
}

/** 201 of `POST /v1/sessions`. */
export interface SessionOpened {
  session_id: string
  user: string
  resource: string
  expires_at: Timestamp
  /** The frame takes Biuwer's page down unless a check begun within this many seconds succeeded. */
  check_after_seconds: number
  share: Share
  /** Bearer of `GET /v1/sessions/current`. A secret: frame memory only. */
  session_token: string
}

/** 200 of `GET /v1/sessions/current`. */
export interface SessionStatus {
  expires_at: Timestamp
  check_after_seconds: number
}

/** Every `code` that the edge answers. Stable: programs switch on it. */
export type Code =
  | 'token_malformed'
  | 'token_invalid'
  | 'token_not_yet_valid'
  | 'token_expired'
  | 'token_revoked'
  | 'token_spent'
  | 'resource_not_allowed'
  | 'origin_not_allowed'
  | 'frame_exposed'
  | 'frame_withdrawn'
  | 'user_not_linked'
  | 'biuwer_token_not_yet_valid'
  | 'biuwer_token_expired'
  | 'biuwer_unavailable'
  | 'session_expired'
  | 'session_revoked'
  | 'unauthorized'
  | 'forbidden'
  | 'invalid_request'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition_failed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'idempotency_mismatch'
  | 'rate_limited'
  | 'misconfigured'
  | 'unavailable'
  | 'internal'

/** RFC 9457 `application/problem+json`. */
export interface Problem {
  type: string
  title: string
  status: number
  code: Code
  detail: string
  request_id: string
  /** With `invalid_request` and `misconfigured`: every mistake, 100 at most, `path` the field's dotted name. */
  errors?: { path: string; message: string }[]
  /** With `token_not_yet_valid` and `biuwer_token_not_yet_valid`. */
  valid_from?: Timestamp
}
