/** What a person typed into, or chose in, the field that fired the event. */
export function typed(event: Event): string {
  const field = event.currentTarget
  return field !== null && 'value' in field && typeof field.value === 'string' ? field.value : ''
}

/** Whether the box that fired the event is ticked. */
export function ticked(event: Event): boolean {
  const box = event.currentTarget
  return box !== null && 'checked' in box && box.checked === true
}

/** The lines that say something. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
