/** Puts the report in sight, and selected, in place of the button. */
export function showReport(report: string, button: HTMLButtonElement): void {
  const area = document.createElement('textarea')
  area.readOnly = true
  area.rows = 8
  area.value = report
  area.setAttribute('aria-label', button.textContent)
  button.replaceWith(area)
  area.select()
}
