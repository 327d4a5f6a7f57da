import type { Task } from '@lit/task'
import { html, type TemplateResult } from 'lit'
import type { Words } from '../messages/words.ts'
import { problem } from './problem.ts'

/**
 * Shows what a task loads: the answer; a word while it loads; or why it failed, with a button to try again.
 * @param showFormer shows the former answer while the next loads
 */
export function loaded<Answer>(
  words: Words,
  task: Task<readonly unknown[], Answer>,
  show: (answer: Answer) => TemplateResult,
  showFormer?: (answer: Answer) => TemplateResult,
): TemplateResult {
  const former = task.value
  return task.render({
    initial: () => html``,
    pending: () =>
      showFormer && former !== undefined ? showFormer(former) : html`<p role="status">${words.loading}</p>`,
    error: (error) => problem(words, error, () => task.run()),
    complete: show,
  })
}
