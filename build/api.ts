/** Builds what the edge says of itself, `/openapi.json`, `/docs` and the page of its bare address: `node build/api.ts`. */
import { copyFile, writeFile } from 'node:fs/promises'
import { openApiDocument } from '../api/document.ts'
import { docsPage } from '../api/page/page.ts'
import { startPage } from '../api/page/start.ts'
import { CDN, ROOT, VERSION } from './product.ts'

const document = openApiDocument(VERSION)
const page = await docsPage(document)
await Promise.all([
  writeFile(`${CDN}/openapi.json`, `${JSON.stringify(document)}\n`),
  writeFile(`${CDN}/docs`, page),
  writeFile(`${CDN}/start`, `${startPage(VERSION)}`),
  copyFile(`${ROOT}api/page/docs.css`, `${CDN}/docs.css`),
])

console.log(`docs                   ${String(page.length).padStart(6)} B`)
