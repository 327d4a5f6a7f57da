/**
 * Bundles the package's tag as a host does, and holds it to its budget, gzipped: a tenth more than that of the edge's own script,
 * which has less of Lit. Part of `npm run check`.
 */
import { gzipSync } from 'node:zlib'
import { bundleForHost } from './host-bundle.ts'
import { PACKAGE } from './product.ts'

const MOST = 11_530

for (const [entry, source] of [
  ['biuwer-embed', `export * from '${PACKAGE}/index.js'`],
  ['biuwer-embed/define', `import '${PACKAGE}/define.js'`],
] as const) {
  const bundled = await bundleForHost(source, `${PACKAGE}/`)
  const bytes = gzipSync(bundled.join(''), { level: 9 }).length
  console.log(`${entry.padEnd(22)} ${bytes} B gzipped of ${MOST}, bundled by a host`)
  if (bytes > MOST) throw new Error(`${entry} is ${bytes - MOST} B over its budget`)
}
