/** Shows the report in place of the button, selected, for the reader to copy. */
export function showReport(report: string, button: HTMLButtonElement): void {
  const area = document.createElement('textarea')
  area.readOnly = true
  area.rows = 8
  area.value = report
  area.setAttribute('aria-label', button.textContent)
  button.replaceWith(area)
  area.select()
}
