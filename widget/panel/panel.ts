import { type EmbedError, wordsFor } from '../failures.ts'
import type { Words } from './messages/language.ts'

export interface PanelActions {
  retry: () => void
  open: () => void
  /** Copies a diagnosis; `button` shows how that went. */
  report: (button: HTMLButtonElement) => void
}

/** Covers the frame while the session opens. */
export function loadingPanel(words: Words): HTMLElement {
  return panel('status', words, slot('loading', part('p', 'message', words.loading)))
}

/** Says that the dashboard is in a window of its own. */
export function windowPanel(words: Words): HTMLElement {
  return panel('status', words, part('p', 'message', words.elsewhere))
}

/**
 * Says why nothing is shown, and what the reader can do. The end of a session is told without alarm. `startsAt` is for the
 * countdown to the beginning of a token that isn't valid yet.
 */
export function failurePanel(
  error: EmbedError,
  words: Words,
  actions: PanelActions,
): { element: HTMLElement; startsAt: HTMLTimeElement | undefined } {
  const { code, requestId, retryable, validFrom } = error
  const content = [make('strong', words.failed), part('p', 'message', wordsFor(code, words))]
  const startsAt = validFrom ? timer(validFrom) : undefined
  if (startsAt) content.push(startsAt)
  if (retryable || code === 'signed_out') content.push(button('retry', words.retry, actions.retry))
  if (code === 'frame_exposed') content.push(button('open', words.open, actions.open))
  if (code !== 'session_expired') content.push(button('report', words.report, actions.report))
  content.push(make('small', [code, requestId].filter(Boolean).join(' ')))
  const role = code === 'session_expired' ? 'status' : 'alert'
  return { element: panel(role, words, slot('error', ...content)), startsAt }
}

function timer(date: Date): HTMLTimeElement {
  const made = make('time', '')
  made.dateTime = date.toISOString()
  // A timer is aria-live=off: a screen reader must not announce every tick inside the alert.
  made.setAttribute('role', 'timer')
  return made
}

function panel(role: 'status' | 'alert', { lang, dir }: Words, content: HTMLElement): HTMLElement {
  const made = part('div', 'panel', content)
  // Here too, since what the page puts into the slot keeps the page's direction.
  for (const child of content.children) (child as HTMLElement).dir = dir
  // As an attribute: Firefox before 119 has no property for it.
  made.setAttribute('role', role)
  made.lang = lang
  made.dir = dir
  // So that it can take the focus from the frame or button that it replaces.
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
  // As an attribute: jsdom has no property for it.
  made.setAttribute('part', name)
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
