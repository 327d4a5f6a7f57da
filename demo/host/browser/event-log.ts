import type {} from '../../../widget/events.ts'
import { made } from './parts.ts'

const TYPES = ['biuwer-ready', 'biuwer-error', 'biuwer-expiring', 'biuwer-expired', 'biuwer-renewed'] as const

/** Lists every event of every tag on the page. The events bubble, so the document hears all of them. */
export function keepEventLog(list: HTMLElement, whileEmpty: HTMLElement): void {
  for (const type of TYPES) {
    document.addEventListener(type, (event) => {
      whileEmpty.hidden = true
      list.append(entryOf(event))
    })
  }
}

function entryOf(event: DocumentEventMap[(typeof TYPES)[number]]): HTMLElement {
  const entry = document.createElement('li')
  const tag = event.target instanceof HTMLElement ? event.target : null
  const state = tag && 'state' in tag ? `state ${tag.state}` : ''
  entry.append(
    made('time', new Date().toLocaleTimeString('en-GB')),
    made('code', event.type),
    made('span', [tag?.getAttribute('label'), state, detailOf(event)].filter(Boolean).join(' · ')),
  )
  return entry
}

function detailOf(event: DocumentEventMap[(typeof TYPES)[number]]): string {
  if ('code' in event) {
    const reference = event.requestId ? ` · request ${event.requestId}` : ''
    return `${event.code}${event.retryable ? ', retryable' : ''} · ${event.message}${reference}`
  }
  return 'expiresAt' in event && event.expiresAt
    ? `session until ${event.expiresAt.toLocaleString('en-GB')}`
    : ''
}
