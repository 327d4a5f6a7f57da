import type {} from '../../../widget/events.ts'

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
    part('time', new Date().toLocaleTimeString('en-GB')),
    part('code', event.type),
    part('span', [tag?.getAttribute('label'), state, detailOf(event)].filter(Boolean).join(' · ')),
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

function part(name: 'time' | 'code' | 'span', text: string): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  return made
}
