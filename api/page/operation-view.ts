import { html } from 'hono/html'
import type { Answer, Example, OpenApi, Operation } from '../shape.ts'
import { type Markup, phrase, prose } from './markup.ts'
import { fieldRow, fieldTable, nameOf, resolved } from './schema-view.ts'

export interface Place {
  method: string
  path: string
  operation: Operation
}

const KEYS = { admin: 'a key', basic: 'HTTP Basic with a key', session: 'the session token' }

export function operationView(document: OpenApi, place: Place): Markup {
  const { method, path, operation } = place
  const keys = operation.security.flatMap((requirement) => Object.keys(requirement) as (keyof typeof KEYS)[])
  return html`
<article id="${operation.operationId}">
<h3><a href="#${operation.operationId}">${operation.summary}</a></h3>
<p class="call"><span class="method ${method}">${method.toUpperCase()}</span> <code>${pathView(path)}</code></p>
${operation.description ? prose(operation.description) : ''}
<p class="quiet">${keys.length > 0 ? `Needs ${keys.map((key) => KEYS[key]).join(' or ')}.` : 'Open to anybody.'}</p>
${parametersView(operation)}
${bodyView(document, operation)}
<h4>Example</h4>
<pre tabindex="0"><code>${curl(place)}</code></pre>
<h4>Answers</h4>
${Object.entries(operation.responses).map(([status, answer]) => answerView(document, status, answer))}
</article>`
}

/** Long paths may break before a slash. */
function pathView(path: string): Markup {
  return html`${path.split('/').map((part, index) => (index > 0 ? [html`<wbr>`, `/${part}`] : part))}`
}

function parametersView({ parameters = [] }: Operation): Markup | undefined {
  if (parameters.length === 0) return undefined
  return html`<h4>Parameters</h4>
<dl class="fields">${parameters.map((parameter) =>
    fieldRow(
      parameter.name,
      { ...parameter.schema, description: parameter.description },
      parameter.required ?? false,
      parameter.in,
    ),
  )}</dl>`
}

function bodyView(document: OpenApi, { requestBody }: Operation): Markup | undefined {
  if (!requestBody) return undefined
  return html`<h4>Body</h4>
${Object.entries(requestBody.content).map(
  ([type, { schema }]) =>
    html`<p class="quiet"><code>${type}</code>${
      requestBody.required ? '' : ', may be left out'
    }</p>${fieldTable(resolved(document, schema))}`,
)}`
}

export function answerOf(document: OpenApi, answer: Answer | { $ref: string }): Answer {
  if (!('$ref' in answer)) return answer
  const found = document.components.responses[nameOf(answer)]
  if (!found) throw new Error(`${answer.$ref} leads nowhere`)
  return found
}

function answerView(document: OpenApi, status: string, given: Answer | { $ref: string }): Markup {
  const answer = answerOf(document, given)
  const [type, media] = Object.entries(answer.content ?? {})[0] ?? []
  if (Number(status) >= 400) {
    const codes = Object.keys(media?.examples ?? {})
    const links = codes.map((code, index) => [
      index > 0 && ', ',
      html`<a href="#${code}"><code>${code}</code></a>`,
    ])
    return html`<p class="answer"><span class="status bad">${status}</span> ${links}</p>\n`
  }
  const headers = Object.keys(answer.headers ?? {}).filter((name) => name !== 'X-Request-Id')
  const schema = media?.schema.$ref ? nameOf({ $ref: media.schema.$ref }) : undefined
  return html`<details><summary class="answer"><span class="status good">${status}</span> ${phrase(
    answer.description,
  )}</summary>
${schema ? html`<p class="quiet"><code>${type}</code>, <a href="#schema-${schema}">${schema}</a></p>` : html`<p class="quiet">${type ? html`<code>${type}</code>` : 'No body'}</p>`}
${headers.length > 0 && html`<p class="quiet">Headers: ${headers.join(', ')}</p>`}
${Object.values(media?.examples ?? {}).map(exampleView)}</details>\n`
}

function exampleView({ value }: Example): Markup {
  return html`<pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`
}

/** The call as a shell has it; `$EDGE` and the keys are the reader's. */
function curl({ method, path, operation }: Place): string {
  const parameters = operation.parameters ?? []
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(parameters.find((parameter) => parameter.name === name)?.example),
  )
  const parts = [`curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$EDGE${filled}"`]
  const [security = {}] = operation.security
  if ('basic' in security) parts.push('-u "any:$ADMIN_KEY"')
  if ('admin' in security) parts.push('-H "Authorization: Bearer $ADMIN_KEY"')
  if ('session' in security) parts.push('-H "Authorization: Bearer $SESSION_TOKEN"')
  for (const { name, in: place, example } of parameters) {
    if (place !== 'header' || example === undefined) continue
    parts.push(name === 'Origin' ? '-H "Origin: $EDGE"' : `-H "${name}: ${example}"`)
  }
  for (const [type, { examples = {} }] of Object.entries(operation.requestBody?.content ?? {})) {
    const values = Object.values(examples).map(({ value }) => value)
    if (type === 'application/x-www-form-urlencoded') parts.push('--data-urlencode "token=$TOKEN"')
    else parts.push(`--json '${JSON.stringify(values.at(-1))}'`)
  }
  return parts.join(' \\\n  ')
}
