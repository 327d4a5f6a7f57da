import { html, nothing, type TemplateResult } from 'lit'
import type { Explanation, Refusal } from '../../client/api-types.ts'
import { textOf, type Words } from '../messages/words.ts'
import { reasonOf } from '../refusals/reason.ts'

/** Every check of an opening, and how it went; the sentences of the service in small print, as they are in English. */
export function checkList(words: Words, checks: Explanation['checks']): TemplateResult {
  const { explain } = words
  return html`
    <ol class="checks">
      ${checks.map(
        ({ check, ok, detail }) => html`
          <li class=${ok ? 'passed' : 'failed'}>
            <wa-icon name=${ok ? 'circle-check' : 'circle-x'} label=${ok ? explain.passed : explain.failed}></wa-icon>
            <span>
              <strong>${checkName(words, check)}</strong> ${textOf(ok ? explain.outcomes.passed : explain.outcomes.failed, check) ?? nothing}
              <small class="fine" lang="en">${detail}</small>
            </span>
          </li>
        `,
      )}
    </ol>
  `
}

/** The reasons that stand for the checks of an explanation, which names no code. */
const REASONS: Readonly<Record<string, Refusal['code']>> = {
  signature: 'token_invalid',
  record: 'token_invalid',
  validity: 'token_expired',
  resource: 'resource_not_allowed',
  origin: 'origin_not_allowed',
  revocation: 'token_revoked',
  user: 'user_not_linked',
  biuwer_token: 'biuwer_token_expired',
  single_use: 'token_spent',
}

/** What the first check that failed would be refused for; undefined where none has. */
export function failureIn(checks: Explanation['checks']): Refusal['code'] | undefined {
  const failed = checks.find(({ ok }) => !ok)
  return failed && REASONS[failed.check]
}

/** What to do about the first check that failed; undefined where none has. */
export function remedyOf(words: Words, checks: Explanation['checks']): string | undefined {
  const code = failureIn(checks)
  // A token that has ended fails the same check as one that is not valid yet.
  if (code === 'token_expired') return words.refusals.validityRemedy
  return code && reasonOf(words, code)?.remedy
}

/** What a check is called; as it is, for one that a newer service may have brought. */
export function checkName({ explain, refusals }: Words, check: string): string {
  return textOf(explain.checks, check) ?? textOf(refusals.checks, check) ?? check
}
