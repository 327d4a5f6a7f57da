/**
 * Tells that the report was `written` to the clipboard, which an older Firefox does here. Where the page may not do that, it
 * shows the report in place of the button, selected, for the reader to copy.
 */
export async function finishReport(
  report: Promise<string>,
  written: Promise<void> | undefined,
  button: HTMLButtonElement,
  copied: string,
): Promise<void> {
  const text = await report
  try {
    await (written ?? navigator.clipboard.writeText(text))
    button.textContent = copied
  } catch {
    // A page may not write without focus or a secure context, or by its Permissions-Policy.
    showReport(text, button)
  }
}

function showReport(report: string, button: HTMLButtonElement): void {
  const area = document.createElement('textarea')
  area.readOnly = true
  area.rows = 8
  area.value = report
  area.setAttribute('aria-label', button.textContent)
  button.replaceWith(area)
  area.select()
}
