import { env } from 'cloudflare:workers'
import { type Schema as JsonSchema, Validator } from '@cfworker/json-schema'
import { openApiDocument } from '../../api/document.ts'
import type { Answer, Method, Operation, Schema } from '../../api/shape.ts'
import packageJson from '../../package.json'

export const document = openApiDocument(packageJson.version)

export interface Documented {
  method: Method
  path: string
  operation: Operation
}

export const operations: Documented[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  (Object.keys(methods) as Method[]).flatMap((method) => {
    const operation = methods[method]
    return operation ? [{ method, path, operation }] : []
  }),
)

export function operationOf(id: string): Documented {
  const found = operations.find(({ operation }) => operation.operationId === id)
  if (!found) throw new Error(`the document has no operation ${id}`)
  return found
}

/** Answers may gain fields for clients; here a field that the document does not know is a mistake. */
const closedSchemas = Object.fromEntries(
  Object.entries(document.components.schemas).map(([name, schema]) => [
    name,
    schema.properties ? { ...schema, additionalProperties: false } : schema,
  ]),
)

/** What is wrong with `value` by a schema of the document: nothing, if the list is empty. */
export function mistakes(schema: Schema, value: unknown): string[] {
  const whole = { ...schema, components: { schemas: closedSchemas } }
  // The validator's own type knows fewer values of `type` than ours says there may be.
  const { valid, errors } = new Validator(whole as JsonSchema, '2020-12', false).validate(value)
  return valid ? [] : errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`)
}

export function documentedAnswer({ operation }: Documented, status: number): Answer | undefined {
  const answer = operation.responses[String(status)]
  if (!answer || !('$ref' in answer)) return answer
  return document.components.responses[answer.$ref.slice('#/components/responses/'.length)]
}

/** What is wrong with an answer by the document. */
export async function answerMistakes(documented: Documented, answer: Response): Promise<string[]> {
  const expected = documentedAnswer(documented, answer.status)
  if (!expected) return [`status ${answer.status} is not documented`]
  const headers = Object.keys(expected.headers ?? {}).filter(
    (name) => !OCCASIONAL.has(name) && !answer.headers.has(name),
  )
  const text = await answer.text()
  const wrong = headers.map((name) => `header ${name} is missing`)
  if (!expected.content) return text === '' ? wrong : [...wrong, 'there should be no body']
  const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
  const media = expected.content[type]
  if (!media) return [...wrong, `content type ${type} is not documented`]
  return [...wrong, ...mistakes(media.schema, /[/+]json$/.test(type) ? JSON.parse(text) : text)]
}

/** Headers that depend on more than the status. */
const OCCASIONAL = new Set(['Idempotent-Replayed', 'Retry-After', 'WWW-Authenticate', 'Cache-Control'])

/** What the worker itself answers of what anybody may have. */
const NO_FILES = ['/healthz', '/console/sign-out', '/.well-known/security.txt']

/** Static files are not the worker's. */
export function isFile(path: string): boolean {
  const { get, post } = document.paths[path] ?? {}
  return !path.startsWith('/v1/') && (get ?? post)?.tags[0] === 'Files' && !NO_FILES.includes(path)
}

export function file(path: string): Promise<Response> {
  // The bare address's file has a name.
  return env.ASSETS.fetch(new Request(`https://edge.example.com${path === '/' ? '/start' : path}`))
}
