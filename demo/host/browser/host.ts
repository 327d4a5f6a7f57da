import type {} from '../../../widget/define.ts'
import { keepEventLog } from './event-log.ts'

const ACTIONS: Record<string, (button: HTMLButtonElement) => Promise<void>> = {
  renew,
  revoke,
  reload,
}

keepEventLog(one('[data-events]'), one('[data-no-events]'))
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-action]')) {
  const act = ACTIONS[button.dataset.action ?? '']
  if (!act) throw new Error(`nothing is known of the action ${button.dataset.action}`)
  button.addEventListener('click', () => run(button, act))
}

async function run(
  button: HTMLButtonElement,
  act: (button: HTMLButtonElement) => Promise<void>,
): Promise<void> {
  button.disabled = true
  if (button.nextElementSibling?.role === 'alert') button.nextElementSibling.remove()
  try {
    await act(button)
  } catch (error) {
    const notice = document.createElement('p')
    notice.setAttribute('role', 'alert')
    notice.textContent = `That did not work: ${error instanceof Error ? error.message : error}`
    button.after(notice)
  } finally {
    button.disabled = button.dataset.once === 'done'
  }
}

/** Renews the token now, as the tag does by itself with `token-url` before a session ends. */
async function renew(): Promise<void> {
  const tag = one('biuwer-embed')
  const answer = await fetch(tag.getAttribute('token-url') ?? '', { cache: 'no-store' })
  if (!answer.ok) throw new Error(`the backend answered ${answer.status}`)
  const { token } = await answer.json()
  tag.token = token
}

async function revoke(button: HTMLButtonElement): Promise<void> {
  const answer = await fetch('/api/revocations', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ record: button.dataset.record }),
  })
  if (!answer.ok) throw new Error(`the backend answered ${answer.status}`)
  const effectiveBy = await answer.json()
  showTime('[data-new-sessions]', effectiveBy.new_sessions)
  showTime('[data-open-sessions]', effectiveBy.open_sessions)
  one('[data-revocation]').hidden = false
  button.dataset.once = 'done'
}

async function reload(): Promise<void> {
  location.reload()
}

function showTime(selector: string, timestamp: string): void {
  const time = one<HTMLTimeElement>(selector)
  time.dateTime = timestamp
  time.textContent = new Date(timestamp).toLocaleTimeString('en-GB')
}

function one<Name extends keyof HTMLElementTagNameMap>(selector: Name): HTMLElementTagNameMap[Name]
function one<Found extends HTMLElement = HTMLElement>(selector: string): Found
function one(selector: string): Element {
  const found = document.querySelector(selector)
  if (!found) throw new Error(`the page has no ${selector}`)
  return found
}
