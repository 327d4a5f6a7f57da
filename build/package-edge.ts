/**
 * The part of the npm package that runs an edge: what a deployment serves (`worker/`, `cdn/`), and `biuwer-embed/testing/edge`,
 * which runs that for the end-to-end tests of a host.
 */
import { execFileSync } from 'node:child_process'
import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises'
import { build } from 'vite'
import { bundleForBrowser } from '../demo/run/browser-bundle.ts'
import { CDN, PACKAGE, ROOT } from './product.ts'

const FOLDER = `${PACKAGE}/testing/edge`
const COMMONJS = `${FOLDER}/commonjs`

interface Bundle {
  entry: string
  /** The file's path in the package. */
  file: string
  /** Where it runs, as the conditions of packages' exports name it. */
  runsIn: 'node' | 'workerd'
  external?: string[]
  /** Other names of what is external. */
  paths?: Record<string, string>
  format?: 'es' | 'cjs'
  /** What stands above the code. */
  banner?: string
}

/** Bundles a module and all that it imports into one file. */
export async function bundle({
  entry,
  file,
  runsIn,
  external = [],
  paths = {},
  format = 'es',
  banner = '',
}: Bundle): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    // CommonJS modules have no address. The folder's, without a slash behind it, leads to the same files from `commonjs/` as
    // the ES module's own.
    define:
      format === 'cjs' ? { 'import.meta.url': 'require("node:url").pathToFileURL(__dirname).href' } : {},
    ssr: { noExternal: true, resolve: { conditions: [runsIn, 'worker', 'import', 'module'] } },
    build: {
      ssr: true,
      outDir: PACKAGE,
      emptyOutDir: false,
      target: 'es2023',
      minify: false,
      rolldownOptions: {
        input: `${ROOT}${entry}`,
        external,
        output: { format, entryFileNames: file, paths, banner, codeSplitting: false },
      },
    },
  })
}

/** Adds them to the package's folder. */
export async function packEdge(): Promise<void> {
  await mkdir(`${FOLDER}/biuwer`, { recursive: true })
  const testing = 'testing/edge'
  await bundle({
    entry: 'worker/index.ts',
    file: 'worker/index.js',
    runsIn: 'workerd',
    external: ['cloudflare:workers'],
  })
  await bundle({
    entry: `${testing}/worker/index.ts`,
    file: `${testing}/clock-worker.js`,
    runsIn: 'workerd',
    external: ['biuwer-embed/worker'],
    paths: { 'biuwer-embed/worker': './worker.js' },
  })
  await bundle({ entry: `${testing}/edge-process.ts`, file: `${testing}/edge-process.js`, runsIn: 'node' })
  await bundle({ entry: `${testing}/edge.ts`, file: `${testing}/index.js`, runsIn: 'node' })
  await bundle({
    entry: `${testing}/edge.ts`,
    file: `${testing}/commonjs/index.js`,
    runsIn: 'node',
    format: 'cjs',
  })
  execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', `${ROOT}${testing}/tsconfig.package.json`], {
    stdio: 'inherit',
  })
  await Promise.all([
    writeFile(`${PACKAGE}/worker/index.d.ts`, WORKER_TYPES),
    cp(CDN, `${PACKAGE}/cdn`, { recursive: true }),
    // TypeScript and Node judge by the nearest manifest which kind of module a file is.
    writeFile(`${COMMONJS}/package.json`, '{ "type": "commonjs" }\n'),
    cp(`${FOLDER}/types`, `${COMMONJS}/types`, { recursive: true }),
    copyFile(`${ROOT}demo/biuwer/share.html`, `${FOLDER}/biuwer/share.html`),
    copyFile(`${ROOT}demo/biuwer/browser/share.css`, `${FOLDER}/biuwer/share.css`),
    writeFile(`${FOLDER}/biuwer/share.js`, await bundleForBrowser(`${ROOT}demo/biuwer/browser/share.ts`)),
  ])
}

/** The worker's types without those of the platform, which `wrangler` checks against `wrangler.toml` itself. */
const WORKER_TYPES = `/** The worker of an edge, for a deployment's \`wrangler.toml\`: its handlers and its Durable Objects. */
declare const worker: {
  fetch(request: Request, env: unknown, context: unknown): Response | Promise<Response>
  scheduled(controller: unknown, env: unknown, context: unknown): Promise<void>
}
export default worker
export declare const TokenRegistry: new (...given: never[]) => object
export declare const SpentTokens: new (...given: never[]) => object
export declare const SessionBiuwerTokens: new (...given: never[]) => object
export declare const OpeningLog: new (...given: never[]) => object
`

const testingEdge = (folder: string) => ({
  types: `./testing/edge/${folder}types/edge.d.ts`,
  default: `./testing/edge/${folder}index.js`,
})

/** The exports of the package's manifest that lead to them. */
export const EDGE_EXPORTS = {
  './testing/edge': { import: testingEdge(''), require: testingEdge('commonjs/') },
  './worker': { types: './worker/index.d.ts', default: './worker/index.js' },
}
