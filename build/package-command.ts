/** The command line of the npm package: `npx biuwer-embed`. */
import { chmod } from 'node:fs/promises'
import { bundle } from './package-edge.ts'
import { PACKAGE } from './product.ts'

/** The command's file, at the depth that it has in the repository: it finds what is shipped beside it by paths. */
const FILE = 'cli/main.js'

/** Adds the command to the package's folder. */
export async function packCommand(): Promise<void> {
  await bundle({ entry: 'cli/main.ts', file: FILE, runsIn: 'node', banner: '#!/usr/bin/env node' })
  await chmod(`${PACKAGE}/${FILE}`, 0o755)
}

/** The command's entry in the package's manifest. */
export const BIN = { 'biuwer-embed': FILE }
