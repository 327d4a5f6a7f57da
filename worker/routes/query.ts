import type { Context } from 'hono'
import type * as v from 'valibot'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'
import { checked, type FieldsSchema, MOST_MISTAKES } from './mistakes.ts'

/** Reads a request's query. A parameter that the schema does not know, or that is given twice, is refused. */
export function readQuery<Schema extends FieldsSchema>(
  c: Context<AppEnv>,
  schema: Schema,
): v.InferOutput<Schema> {
  const given = Object.entries(c.req.queries())
  const twice = given.filter(([, values]) => values.length > 1)
  const read = checked(schema, Object.fromEntries(given.map(([name, values]) => [name, values[0]])))
  if (twice.length === 0 && 'body' in read) return read.body
  const errors = [
    ...twice.map(([path]) => ({ path, message: 'This parameter was given more than once.' })),
    ...('errors' in read ? read.errors : []),
  ]
  throw new RefusedRequest('invalid_request', { errors: errors.slice(0, MOST_MISTAKES) })
}
