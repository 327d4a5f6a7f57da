import type { DiagnosticReport } from './report.ts'

/** Puts the report on the clipboard, or, where the page may not, in sight and selected beside the button. */
export async function copyReport(
  report: DiagnosticReport,
  button: HTMLButtonElement,
  copied: string,
): Promise<void> {
  const text = JSON.stringify(report, null, 2)
  try {
    await navigator.clipboard.writeText(text)
    button.textContent = copied
  } catch {
    // Not allowed in a page without focus or a secure context, or by its Permissions-Policy.
    const area = document.createElement('textarea')
    area.readOnly = true
    area.rows = 8
    area.value = text
    area.ariaLabel = button.textContent
    button.replaceWith(area)
    area.select()
  }
}
