import { html } from 'hono/html'
import { PROBLEMS } from '../../worker/problems.ts'
import type { Code } from '../../worker/wire.ts'
import { REMEDIES, TAG_CODES } from '../remedies.ts'
import type { Method, OpenApi } from '../shape.ts'
import { type Markup, phrase, prose } from './markup.ts'
import { answerOf, operationView, type Place } from './operation-view.ts'
import { fieldTable } from './schema-view.ts'

/** The document to read, as one page without a script: every section has an address of its own. */
export async function docsPage(document: OpenApi): Promise<string> {
  const { info, tags } = document
  const places = placesOf(document)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title} ${info.version}: HTTP API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<a class="skip" href="#main">To the content</a>
<nav aria-label="Contents">
<p class="product">${info.title} <span>${info.version}</span></p>
<ul>
${tags.map(
  ({ name }) =>
    html`<li><a href="#tag-${name}">${name}</a><ul>${places
      .filter(({ operation }) => operation.tags[0] === name)
      .map(
        ({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`,
      )}</ul></li>\n`,
)}
<li><a href="#codes">Error codes</a></li>
<li><a href="#schemas">Schemas</a></li>
</ul>
</nav>
<main id="main">
<h1>HTTP API</h1>
${prose(info.description)}
<p><a href="/openapi.json">openapi.json</a> is this page for programs: OpenAPI ${document.openapi}.</p>
${tags.map(
  ({ name, description }) => html`
<section aria-labelledby="tag-${name}">
<h2 id="tag-${name}">${name}</h2>
${prose(description)}
${places.filter(({ operation }) => operation.tags[0] === name).map((place) => operationView(document, place))}
</section>`,
)}
<section aria-labelledby="codes">
<h2 id="codes">Error codes</h2>
<p>What <code>code</code> says in a refusal, and <code>biuwer-error</code> in the page. Under <code>/oauth/</code> the codes of RFC 6749 stand for them.</p>
${(Object.keys(PROBLEMS) as Code[]).map((code) => codeView(document, places, code))}
<h3>Of the tag alone</h3>
<p>What no answer of the edge has, since the edge was not reached or not asked.</p>
${Object.entries(TAG_CODES).map(
  ([code, { title, remedy }]) => html`
<article class="code" id="${code}">
<h4><a href="#${code}"><code>${code}</code></a></h4>
<p>${title}.</p>
<p>${phrase(remedy)}</p>
</article>`,
)}
</section>
<section aria-labelledby="schemas">
<h2 id="schemas">Schemas</h2>
${Object.entries(document.components.schemas).map(
  ([name, schema]) => html`
<article id="schema-${name}">
<h3><a href="#schema-${name}">${name}</a></h3>
${prose(schema.description ?? '')}
${fieldTable(schema)}
</article>`,
)}
</section>
</main>
</body>
</html>
`
  return `${await page}`
}

function placesOf(document: OpenApi): Place[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    (Object.keys(operations) as Method[]).flatMap((method) => {
      const operation = operations[method]
      return operation ? [{ method, path, operation }] : []
    }),
  )
}

function codeView(document: OpenApi, places: readonly Place[], code: Code): Markup {
  const { status, title, detail } = PROBLEMS[code]
  const answering = places.filter(({ operation }) =>
    Object.values(operation.responses).some((answer) =>
      Object.values(answerOf(document, answer).content ?? {}).some(({ examples = {} }) => code in examples),
    ),
  )
  // What nearly everything may answer needs no list.
  const few = answering.length > 0 && answering.length <= 8
  return html`
<article class="code" id="${code}">
<h4><a href="#${code}"><code>${code}</code></a> <span class="status bad">${status}</span></h4>
<p>${title}. ${phrase(detail)}</p>
<p>${phrase(REMEDIES[code])}</p>
${
  few &&
  html`<p class="quiet">Answered by ${answering.map(({ operation }, index) => [
    index > 0 && ', ',
    html`<a href="#${operation.operationId}">${operation.summary}</a>`,
  ])}.</p>`
}
</article>`
}
