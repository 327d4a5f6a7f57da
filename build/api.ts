/** Builds what the edge says of itself, `/openapi.json` and `/docs`: `node build/api.ts`. */
import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openApiDocument } from '../api/document.ts'
import { docsPage } from '../api/page/page.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const cdn = `${root}dist/cdn`
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'))

// The page has no script, so nothing but its style sheet is let in.
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

// The page's file has no ending, hence its type here.
const headers = `
/docs
  Content-Type: text/html; charset=utf-8
  Content-Security-Policy: ${policy}
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff

/docs.css
  X-Content-Type-Options: nosniff

/openapi.json
  Access-Control-Allow-Origin: *
  X-Content-Type-Options: nosniff
`

const document = openApiDocument(version)
const page = docsPage(document)
await Promise.all([
  writeFile(`${cdn}/openapi.json`, `${JSON.stringify(document)}\n`),
  writeFile(`${cdn}/docs`, page),
  copyFile(`${root}api/page/docs.css`, `${cdn}/docs.css`),
  appendFile(`${cdn}/_headers`, headers),
])

console.log(`docs                   ${String(page.length).padStart(6)} B`)
