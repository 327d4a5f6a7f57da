import type { DiagnosisLoader } from '../diagnosis/diagnosis.ts'
import type { Words } from './messages/language.ts'

/**
 * Puts the report on the clipboard or, where the page may not do that, shows it. The button says how that went. Has to be
 * called in the click: WebKit lets a page write at no other time.
 */
export async function copyReport(
  report: Promise<string>,
  button: HTMLButtonElement,
  { copied, unavailable }: Words,
  loadDiagnosis: DiagnosisLoader,
): Promise<void> {
  const blob = report.then((text) => new Blob([text], { type: 'text/plain' }))
  // Firefox before 127 has no ClipboardItem, and no browser has where the page is insecure.
  const written = self.ClipboardItem && navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
  // A failure is reported by `report`: nobody else handles that of the blob, nor of writing it where there is no diagnosis.
  for (const promise of [blob, written]) promise?.catch(() => {})
  try {
    const { finishReport } = await loadDiagnosis()
    await finishReport(report, written, button, copied)
  } catch {
    // The diagnosis could not be loaded.
    button.textContent = unavailable
  }
}
