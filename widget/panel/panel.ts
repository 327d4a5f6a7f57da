import type { EmbedError } from '../failures.ts'
import { wordsFor } from '../failures.ts'
import { type Language, messagesIn } from './messages/language.ts'

export interface PanelActions {
  retry: () => void
  open: () => void
  /** Copies a diagnosis; `button` is told how that went. */
  report: (button: HTMLButtonElement) => void
}

/** What stands over the frame while there is nothing to see in it. */
export function loadingPanel(language: Language): HTMLElement {
  const words = messagesIn(language)
  return panel('status', language, slot('loading', part('p', 'message', words.loading)))
}

/** Where the dashboard is while it is in a window of its own. */
export function windowPanel(language: Language): HTMLElement {
  return panel('status', language, part('p', 'message', messagesIn(language).elsewhere))
}

/** Why nothing is shown, and what can be done. An end is told without alarm. */
export function failurePanel(error: EmbedError, language: Language, actions: PanelActions): HTMLElement {
  const { code, requestId, retryable, validFrom } = error
  const words = messagesIn(language)
  const content = [make('strong', words.failed), part('p', 'message', wordsFor(code, words))]
  if (validFrom) {
    const time = make('time', '')
    time.dateTime = validFrom.toISOString()
    // Its changes are no news within the alert.
    time.setAttribute('role', 'timer')
    content.push(time)
  }
  if (retryable) content.push(button('retry', words.retry, actions.retry))
  if (code === 'frame_exposed') content.push(button('open', words.open, actions.open))
  if (code !== 'session_expired') content.push(button('report', words.report, actions.report))
  content.push(make('small', [code, requestId].filter(Boolean).join(' ')))
  return panel(code === 'session_expired' ? 'status' : 'alert', language, slot('error', ...content))
}

function panel(role: 'status' | 'alert', language: Language, content: HTMLElement): HTMLElement {
  const made = part('div', 'panel', content)
  // Firefox before 119 reflects no ARIA.
  made.setAttribute('role', role)
  made.lang = language
  // Takes the focus that the frame or a button loses to it.
  made.tabIndex = -1
  return made
}

function button(name: string, text: string, act: (button: HTMLButtonElement) => void): HTMLButtonElement {
  const made = part('button', name, text)
  made.type = 'button'
  made.onclick = () => act(made)
  return made
}

function slot(name: string, ...content: HTMLElement[]): HTMLSlotElement {
  const made = make('slot', ...content)
  made.name = name
  return made
}

function part<Name extends keyof HTMLElementTagNameMap>(
  tag: Name,
  name: string,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = make(tag, ...content)
  made.part.value = name
  return made
}

function make<Name extends keyof HTMLElementTagNameMap>(
  tag: Name,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(tag)
  made.append(...content)
  return made
}
