import type { DiagnosisLoader } from '../diagnosis/diagnosis.ts'
import type { Messages } from './messages/en.ts'

/**
 * Puts the report on the clipboard or, where the page may not do that, shows it. The button says how that went. Has to be
 * called in the click: WebKit lets a page write at no other time.
 */
export async function copyReport(
  report: Promise<string>,
  button: HTMLButtonElement,
  { copied, unavailable }: Messages,
  loadDiagnosis: DiagnosisLoader,
): Promise<void> {
  const written = writeToClipboard(report).then(
    () => true,
    // A page may not write without focus or a secure context, or by its Permissions-Policy.
    () => false,
  )
  try {
    const text = await report
    if (await written) button.textContent = copied
    else (await loadDiagnosis()).showReport(text, button)
  } catch {
    // The diagnosis could not be loaded.
    button.textContent = unavailable
  }
}

async function writeToClipboard(report: Promise<string>): Promise<void> {
  const blob = report.then((text) => new Blob([text], { type: 'text/plain' }))
  // A failure is reported by `report`; if the page may not write, nobody else would handle that of the blob.
  blob.catch(() => {})
  // Throws in Firefox before 127, which has no ClipboardItem.
  return navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
}
