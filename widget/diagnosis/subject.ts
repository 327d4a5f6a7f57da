import { frameUrl } from '../connection/frame-element.ts'
import type { EmbedError } from '../failures.ts'
import type { EmbedState } from '../session/embed-state.ts'
import type { SessionHost } from '../session/session-host.ts'
import { textOf } from '../text-of.ts'
import { viewOf } from '../view.ts'

/** What the tag's session knows. `token` is used for its claims alone and never put in the report. */
export interface SessionFacts {
  readonly state: EmbedState
  /** Why nothing is shown or, in state `ready`, why the newest renewal failed. */
  readonly error: EmbedError | null
  /** The tag's present frame. */
  readonly frame: HTMLIFrameElement | null
  /** Whether the present frame has said hello. */
  readonly connected: boolean
  /** The edge's origin; undefined where `edge` is malformed or absent, and in manual integration. */
  readonly edge: string | undefined
  readonly token: string | undefined
  /** Milliseconds by which the device's clock is ahead of the edge's, where that is known. */
  readonly skew: number | null
}

/** All that a diagnosis knows of the tag. */
export interface Subject extends SessionFacts {
  readonly element: HTMLElement
  readonly loading: string
  /** The instance's name in manual integration, without an edge; else null. */
  readonly instance: string | null
  readonly resource: string | null
  readonly tokenUrl: string | null
  readonly tokenCredentials: string
  readonly source: 'token' | 'token-url' | 'tokenProvider' | null
  /** Address of the frame's document at the edge. */
  readonly frameUrl: string | undefined
}

export function subjectOf(element: SessionHost, facts: SessionFacts): Subject {
  const { tokenProvider, tokenUrl, tokenCredentials, instance, resourceId, loading } = element
  const { edge, token } = facts
  const withoutProvider = tokenUrl ? 'token-url' : token ? 'token' : null
  return {
    ...facts,
    element,
    loading,
    instance: typeof instance === 'string' ? instance : null,
    resource: textOf(resourceId) || null,
    tokenUrl,
    tokenCredentials,
    source: tokenProvider ? 'tokenProvider' : withoutProvider,
    frameUrl: edge && frameUrl(edge, viewOf(element.ownerDocument)),
  }
}
