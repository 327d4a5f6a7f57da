/** Writes the tables of docs/tag.md anew from the tag's source: `npm run docs`. */
import { readFile, writeFile } from 'node:fs/promises'
import { declarationIn, elementManifest } from './manifest.ts'
import { ROOT } from './product.ts'
import { withTables } from './tag-reference.ts'

const page = `${ROOT}docs/tag.md`
await writeFile(page, withTables(await readFile(page, 'utf8'), declarationIn(await elementManifest())))
