import type {} from '../../../widget/define.ts'
import { keepEventLog } from './event-log.ts'
import { one, post, showEffect } from './parts.ts'
import { keepBiuwerTokens, paste, replace, signOut } from './reader.ts'

const ACTIONS: Record<string, (button: HTMLButtonElement) => Promise<void>> = {
  renew,
  revoke,
  reload,
  replace,
  'sign-out': signOut,
  paste,
}

keepEventLog(one('[data-events]'), one('[data-no-events]'))
if (document.querySelector('[data-biuwer-tokens]')) keepBiuwerTokens()
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
  showEffect(await post('/api/revocations', { record: button.dataset.record }))
  button.dataset.once = 'done'
}

async function reload(): Promise<void> {
  location.reload()
}
