import { html, type TemplateResult } from 'lit'
import './copy-button.ts'

/** A text to copy, which may be a secret, with a button that does so. */
export function toCopy(name: string, action: string, text: string, kind = ''): TemplateResult {
  return html`
    <div class="copied">
      <pre tabindex="0" role="group" aria-label=${name}><code class=${kind}>${text}</code></pre>
      <copy-button .label=${action} .text=${text}></copy-button>
    </div>
  `
}
