/** The command line of the npm package: `npx biuwer-embed`. */
import { chmod, copyFile } from 'node:fs/promises'
import { bundle } from './package-edge.ts'
import { PACKAGE, ROOT } from './product.ts'

/** The command's file, at the depth that it has in the repository: it finds what is shipped beside it by paths. */
const FILE = 'cli/main.js'

/** What the command reads of the repository. */
const SHIPPED = ['wrangler.toml', 'CHANGELOG.md']

/** Adds the command to the package's folder. */
export async function packCommand(): Promise<void> {
  await bundle({ entry: 'cli/main.ts', file: FILE, runsIn: 'node', banner: '#!/usr/bin/env node' })
  await bundle({ entry: 'cli/proxy-agent.ts', file: 'cli/proxy-agent.js', runsIn: 'node' })
  await bundle({ entry: 'local/edge.ts', file: 'local/edge.js', runsIn: 'node' })
  await bundle({ entry: 'demo/run/guard.ts', file: 'local/guard.js', runsIn: 'node' })
  await Promise.all(SHIPPED.map((file) => copyFile(`${ROOT}${file}`, `${PACKAGE}/${file}`)))
  await chmod(`${PACKAGE}/${FILE}`, 0o755)
}

/** The command's entry in the package's manifest. */
export const BIN = { 'biuwer-embed': FILE }
