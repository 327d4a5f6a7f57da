import { header } from './content.ts'
import type { Answer, Parameter } from './shape.ts'

/** What every operation that changes something takes and answers, so that it can be asked for again without harm. */

export const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Makes a repetition safe: a request of the same key, method, address and body is answered alike for 24 hours and changes nothing more, even where the clock or the settings would refuse it by now; another request under the key is refused. Counted per key of the management API; bodies are compared as JSON, and refusals are not kept.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  example: 'f3b7f2de-64cb-4d2a-9a43-0e7f3f4c2b11',
}

export const REPLAYED: NonNullable<Answer['headers']> = { 'Idempotent-Replayed': header('Replayed') }
