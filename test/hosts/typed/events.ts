import {
  BiuwerErrorEvent,
  BiuwerExpiredEvent,
  BiuwerExpiringEvent,
  BiuwerReadyEvent,
  BiuwerRenewedEvent,
} from 'biuwer-embed'

const at = new Date()
export const events: Event[] = [
  new BiuwerReadyEvent(at),
  new BiuwerErrorEvent({
    code: 'signed_out',
    message: '',
    requestId: null,
    retryable: false,
    validFrom: null,
  }),
  new BiuwerExpiringEvent(at),
  new BiuwerExpiredEvent(),
  new BiuwerRenewedEvent(at),
]
