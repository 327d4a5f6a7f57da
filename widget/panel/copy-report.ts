import { loadDiagnosis } from '../diagnosis-loader.ts'
import type { Messages } from './messages/en.ts'

/**
 * Puts the report on the clipboard, or, where the page may not, in sight. The button says how that went. Has to be
 * called in the click: WebKit lets a page write at no other time.
 */
export async function copyReport(
  report: Promise<string>,
  button: HTMLButtonElement,
  { copied, unavailable }: Messages,
): Promise<void> {
  const written = write(report).then(
    () => true,
    // Not allowed in a page without focus or a secure context, or by its Permissions-Policy.
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

async function write(report: Promise<string>): Promise<void> {
  const { clipboard } = navigator
  // Firefox before 127 has no ClipboardItem.
  if (typeof ClipboardItem === 'undefined') return clipboard.writeText(await report)
  const blob = report.then((text) => new Blob([text], { type: 'text/plain' }))
  // Where the page may not write, nobody else looks at a failure.
  blob.catch(() => {})
  return clipboard.write([new ClipboardItem({ 'text/plain': blob })])
}
