/**
 * Versions of the tag that were published. A page that pinned one by its address and hash needs that very file for ever, so
 * that `published/` holds them, with their hashes in `SHA256SUMS` as `sha256sum` writes it, and each build serves them all.
 * `node build/published.ts keep` puts the version that was just built among them.
 */
import { createHash } from 'node:crypto'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { CDN, ROOT, VERSION } from './product.ts'

const KEPT = `${ROOT}published`
const SUMS = `${KEPT}/SHA256SUMS`

/** Hashes by path. */
type Sums = Map<string, string>

/** The hashes of the files in the folders of versions, by paths as `v1.2.3/biuwer-embed.js`. */
async function sumsIn(folder: string): Promise<Sums> {
  const sums: Sums = new Map()
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!/^v\d/.test(entry.name)) continue
    for (const name of await readdir(`${folder}/${entry.name}`)) {
      const path = `${entry.name}/${name}`
      const content = await readFile(`${folder}/${path}`)
      sums.set(path, createHash('sha256').update(content).digest('hex'))
    }
  }
  return sums
}

async function listedSums(): Promise<Sums> {
  const lines = (await readFile(SUMS, 'utf8')).split('\n').filter(Boolean)
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
}

/** The paths that one of the two has otherwise, or not at all. */
function differences(some: Sums, others: Sums): string[] {
  const paths = new Set([...some.keys(), ...others.keys()])
  return [...paths].filter((path) => some.get(path) !== others.get(path))
}

const ofThisVersion = (sums: Sums): Sums =>
  new Map([...sums].filter(([path]) => path.startsWith(`v${VERSION}/`)))

/** Puts every published version beside the one that was built. Throws where either would change what was published. */
async function serve(): Promise<void> {
  const [kept, listed, built] = await Promise.all([sumsIn(KEPT), listedSums(), sumsIn(CDN)])
  const changed = differences(kept, listed)
  if (changed.length > 0)
    throw new Error(
      `A published file never changes, but published/ is not as its SHA256SUMS says. Restore ${changed.join(', ')}.`,
    )
  const published = ofThisVersion(kept)
  const rebuilt = published.size > 0 ? differences(published, ofThisVersion(built)) : []
  if (rebuilt.length > 0)
    throw new Error(
      `Version ${VERSION} was published, and this build would change ${rebuilt.join(', ')}. Raise the version: npm version --no-git-tag-version patch`,
    )
  await cp(KEPT, CDN, { recursive: true, filter: (path) => path !== SUMS })
}

/** Makes the version that was built a published one. */
async function keep(): Promise<void> {
  await serve()
  const folder = `v${VERSION}`
  await cp(`${CDN}/${folder}`, `${KEPT}/${folder}`, { recursive: true })
  const lines = [...(await sumsIn(KEPT))].map(([path, sum]) => `${sum}  ${path}\n`)
  await writeFile(SUMS, lines.sort((a, b) => a.localeCompare(b)).join(''))
  console.log(`published/${folder} is kept: commit it`)
}

await (process.argv[2] === 'keep' ? keep() : serve())
