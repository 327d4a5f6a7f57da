import { html, type TemplateResult } from 'lit'
import { dateTime } from '../formats.ts'

/** A time, short as `format` writes it, and whole for whoever points at it. */
export function moment(time: string, format: (time: string) => string): TemplateResult {
  return html`<time datetime=${time} title=${dateTime(time)}>${format(time)}</time>`
}
