import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('../../dist/package', import.meta.url))

/** Packs the npm package as it is published. Gives the tarball's path. */
export function pack(folder: string): string {
  const packed = execFileSync('npm', ['pack', PACKAGE, '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [, filename] = /"filename": "([^"]+)"/.exec(packed) ?? []
  return `${folder}/${filename}`
}

/** Puts the package into a folder's `node_modules`, from the tarball that is published. */
export async function installPacked(folder: string): Promise<void> {
  const target = `${folder}/node_modules/biuwer-embed`
  await mkdir(target, { recursive: true })
  execFileSync('tar', ['-xzf', pack(folder), '--strip-components=1', '-C', target])
}
