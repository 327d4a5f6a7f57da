/**
 * What the tag weighs beside the packages that other vendors give to host pages, each bundled the same way around what
 * a page needs for one dashboard: `npm run bench`. They are installed in `sdks/`, and never run.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { bundleForHost } from '../build/host-bundle.ts'
import { circumstances, report } from './report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const sdks = `${root}bench/sdks/`
const packed = `${root}dist/package/`

/** The entry of each package: what its README has a page import to show one dashboard. */
const ENTRIES = {
  '@superset-ui/embedded-sdk': "export { embedDashboard } from '@superset-ui/embedded-sdk'",
  'powerbi-client': "export { factories, models, service } from 'powerbi-client'",
  '@looker/embed-sdk': "export { getEmbedSDK } from '@looker/embed-sdk'",
  '@tableau/embedding-api': "export { TableauEventType, TableauViz } from '@tableau/embedding-api'",
  '@luzmo/embed': "import '@luzmo/embed'",
  'amazon-quicksight-embedding-sdk':
    "export { createEmbeddingContext } from 'amazon-quicksight-embedding-sdk'",
  '@thoughtspot/visual-embed-sdk':
    "export { AuthType, init, LiveboardEmbed } from '@thoughtspot/visual-embed-sdk'",
}

interface Weight {
  plain: number
  gzip: number
  brotli: number
}

function weigh(scripts: readonly string[]): Weight {
  const sum = (length: (script: string) => number) =>
    scripts.reduce((total, script) => total + length(script), 0)
  return {
    plain: sum((script) => Buffer.byteLength(script)),
    gzip: sum((script) => gzipSync(script, { level: 9 }).length),
    // Brotli of the highest quality, which is the default.
    brotli: sum((script) => brotliCompressSync(script).length),
  }
}

const versionIn = (folder: string): string =>
  JSON.parse(readFileSync(`${folder}package.json`, 'utf8')).version

const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
execFileSync('npm', ['ci', '--prefix', sdks, ...quietly], { stdio: 'inherit' })
const tag = weigh([readFileSync(`${root}dist/cdn/biuwer-embed.js`, 'utf8')])
const rows: [string, string, Weight][] = [
  ['**the tag**, as the edge serves it', versionIn(packed), tag],
  ['`biuwer-embed`', versionIn(packed), weigh(await bundleForHost(`import '${packed}define.js'`, sdks))],
]
for (const [name, source] of Object.entries(ENTRIES))
  rows.push([
    `\`${name}\``,
    versionIn(`${sdks}node_modules/${name}/`),
    weigh(await bundleForHost(source, sdks)),
  ])

report('bytes', [
  `${circumstances()}.`,
  '',
  '| package | version | bytes | gzip -9 | brotli | gzip, to the tag |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows.map(
    ([name, version, { plain, gzip, brotli }]) =>
      `| ${name} | ${version} | ${plain} | ${gzip} | ${brotli} | ${(gzip / tag.gzip).toFixed(2)} |`,
  ),
])
