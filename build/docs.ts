/**
 * Writes anew what documents take from the code: the tables of docs/tag.md, from the tag's source, docs/command-line.md, from the
 * command line, and the version in the addresses that pages pin. `npm run docs`, and `npm version` by itself.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { program } from '../cli/program.ts'
import { commandReference } from './command-reference.ts'
import { deployButtonFiles } from './deploy-button.ts'
import { declarationIn, elementManifest } from './manifest.ts'
import { ROOT, VERSION } from './product.ts'
import { withTables } from './tag-reference.ts'

const element = declarationIn(await elementManifest())
for (const name of ['README.md', 'docs/tag.md', 'docs/own-edge.md', 'docs/server.md']) {
  const page = await readFile(`${ROOT}${name}`, 'utf8')
  const ofVersion = page
    .replace(/\/v\d+\.\d+\.\d+\//g, `/v${VERSION}/`)
    .replace(/biuwer-embed-\d+\.\d+\.\d+\.tgz/g, `biuwer-embed-${VERSION}.tgz`)
  await writeFile(`${ROOT}${name}`, name === 'docs/tag.md' ? withTables(ofVersion, element) : ofVersion)
}
await writeFile(`${ROOT}docs/command-line.md`, commandReference(program(VERSION)))
for (const [name, text] of Object.entries(deployButtonFiles()))
  await writeFile(`${ROOT}examples/deploy-button/${name}`, text)
