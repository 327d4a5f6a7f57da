/** The element that the page has for this selector. */
export function one<Name extends keyof HTMLElementTagNameMap>(selector: Name): HTMLElementTagNameMap[Name]
export function one<Found extends HTMLElement = HTMLElement>(selector: string): Found
export function one(selector: string): Element {
  const found = document.querySelector(selector)
  if (!found) throw new Error(`the page has no ${selector}`)
  return found
}

/** An element with this text in it. */
export function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text: string,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  element.textContent = text
  return element
}

/** Shows the two times by which a revocation or a sign-out holds. */
export function showEffect(effectiveBy: { new_sessions: string; open_sessions: string }): void {
  showTime('[data-new-sessions]', effectiveBy.new_sessions)
  showTime('[data-open-sessions]', effectiveBy.open_sessions)
  one('[data-effect]').hidden = false
}

function showTime(selector: string, timestamp: string): void {
  const time = one<HTMLTimeElement>(selector)
  time.dateTime = timestamp
  time.textContent = new Date(timestamp).toLocaleTimeString('en-GB')
}

/** What the backend answers to this body. */
export async function post<Answer>(path: string, body: object): Promise<Answer> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`the backend answered ${answer.status}`)
  return answer.json()
}
