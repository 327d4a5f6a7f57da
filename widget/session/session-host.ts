import type { ReactiveControllerHost } from 'lit'
import type { TokenProvider } from './token-source.ts'

/** What a session is opened by: an element, and what its page says of it. */
export interface SessionHost extends ReactiveControllerHost, HTMLElement {
  readonly resourceId: string | null
  readonly tokenProvider: TokenProvider | null
  readonly tokenUrl: string | null
  readonly edge: string | null
  readonly instance: string | null
  readonly loading: string
  readonly label: string | null
}
