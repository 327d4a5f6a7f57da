import { html, type TemplateResult } from 'lit'
import { PageElement } from '../element.ts'
import '../parts/explain-form.ts'

export class ExplainPage extends PageElement {
  protected override render(): TemplateResult {
    const { explain } = this.words
    return html`
      <h1 tabindex="-1">${explain.title}</h1>
      <p>${explain.text}</p>
      <explain-form></explain-form>
    `
  }
}
customElements.define('explain-page', ExplainPage)
