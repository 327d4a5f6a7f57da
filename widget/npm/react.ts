/**
 * `biuwer-embed/react`: the tag as a React component. Its properties are set as properties once it is in the
 * page, so that a token never is an attribute, neither there nor in HTML rendered on a server.
 */
import './quiet-lit.ts'
import { createComponent } from '@lit/react'
import * as React from 'react'
import { define } from '../define.ts'
import type {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from '../events.ts'
import { BiuwerEmbedElement } from './element.ts'
import { loadDiagnosis, loadLanguages } from './load.ts'

define(null, loadDiagnosis, loadLanguages)

type Own = Partial<
  Pick<
    BiuwerEmbedElement,
    | 'resourceId'
    | 'tokenUrl'
    | 'tokenCredentials'
    | 'tokenProvider'
    | 'edge'
    | 'instance'
    | 'loading'
    | 'label'
    | 'theme'
  >
>

/** What the element takes, as React writes it; `style`, `className`, `slot` and `children` as everywhere. */
export interface BiuwerEmbedProps extends Own, Omit<React.HTMLAttributes<BiuwerEmbedElement>, keyof Own> {
  /** An embed token. Never an attribute, and never in HTML rendered on a server. */
  token?: string | null
  onBiuwerReady?: (event: BiuwerReadyEvent) => void
  onBiuwerError?: (event: BiuwerErrorEvent) => void
  onBiuwerExpiring?: (event: BiuwerExpiringEvent) => void
  onBiuwerExpired?: (event: BiuwerExpiredEvent) => void
  onBiuwerRenewed?: (event: BiuwerRenewedEvent) => void
}

export const BiuwerEmbed: React.ForwardRefExoticComponent<
  BiuwerEmbedProps & React.RefAttributes<BiuwerEmbedElement>
> = createComponent({
  react: React,
  tagName: 'biuwer-embed',
  elementClass: BiuwerEmbedElement,
  displayName: 'BiuwerEmbed',
  events: {
    onBiuwerReady: 'biuwer-ready',
    onBiuwerError: 'biuwer-error',
    onBiuwerExpiring: 'biuwer-expiring',
    onBiuwerExpired: 'biuwer-expired',
    onBiuwerRenewed: 'biuwer-renewed',
  },
}) as React.ForwardRefExoticComponent<BiuwerEmbedProps & React.RefAttributes<BiuwerEmbedElement>>
