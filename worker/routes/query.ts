import type { Context } from 'hono'
import * as v from 'valibot'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'
import { mistake } from './mistakes.ts'

/** Reads a request's query. A parameter that the schema does not know, or that is given twice, is refused. */
export function readQuery<Schema extends v.GenericSchema>(
  c: Context<AppEnv>,
  schema: Schema,
): v.InferOutput<Schema> {
  const given = Object.entries(c.req.queries())
  const twice = given.filter(([, values]) => values.length > 1)
  const result = v.safeParse(schema, Object.fromEntries(given.map(([name, values]) => [name, values[0]])))
  const errors = [
    ...twice.map(([path]) => ({ path, message: 'This parameter was given more than once.' })),
    ...(result.issues ?? []).map(mistake),
  ]
  if (errors.length > 0 || !result.success) throw new RefusedRequest('invalid_request', { errors })
  return result.output
}
