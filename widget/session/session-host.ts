import type { ReactiveControllerHost } from '@lit/reactive-element'
import type { TokenProvider } from './token-source.ts'

/** The element that a session controller serves, with the attributes that the page set on it. */
export interface SessionHost extends ReactiveControllerHost, HTMLElement {
  readonly resourceId: string | null
  readonly tokenProvider: TokenProvider | null
  readonly tokenUrl: string | null
  readonly tokenCredentials: string
  readonly edge: string | null
  readonly instance: string | null
  readonly loading: string
  readonly label: string | null
}
