/** The value of the field that fired the event. */
export function fieldValue(event: Event): string {
  const field = event.currentTarget
  return field !== null && 'value' in field && typeof field.value === 'string' ? field.value : ''
}

/** Whether the checkbox that fired the event is ticked. */
export function isTicked(event: Event): boolean {
  const box = event.currentTarget
  return box !== null && 'checked' in box && box.checked === true
}

/** The lines of a text, trimmed, without those that are empty. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
