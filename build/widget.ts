/** Builds the tag and the frame's document: `node build/widget.ts`. */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { minify } from 'terser'
import { build } from 'vite'
import { compactStyles } from './compact-styles.ts'
import { COMPRESS } from './compress.ts'
import { CDN, constants, ROOT, VERSION } from './product.ts'
import { unusedLit } from './unused-lit.ts'

/**
 * Names of properties and methods that Lit and the tag use among themselves, and that neither the page nor the diagnosis
 * reads. The minifier shortens them; that saves 200 B. Not `elementProperties` and `finalized`: Lit looks for them by strings.
 */
const INTERNAL = `
  elementStyles shadowRootOptions getPropertyDescriptor getPropertyOptions createProperty finalizeStyles
  addInitializer enableUpdating scheduleUpdate performUpdate shouldUpdate willUpdate firstUpdated hasUpdated
  isUpdatePending getUpdateComplete useDefault noAccessor fromAttribute toAttribute hasChanged renderRoot createRenderRoot
  addController removeController hostUpdate hostUpdated hostConnected hostDisconnected
  loadDiagnosis makeSession stopAsking toOpenWith beginRenewal giveBack hasEntered retryIn renewIn startsIn inWindow
  began confirm cure facts forget offer renewing startsAt trust
  answer blocked connection current waiting
  embedderPolicy framed refused claims ours hello
  receive since ends grant checkAt doubted failures bearer`
const internal = new RegExp(`^(_\\$.*|${INTERNAL.trim().split(/\s+/).join('|')})$`)

/** Makes one self-contained, minified script. */
async function bundle(
  entry: string,
  format: 'es' | 'iife',
  values: Record<string, unknown> = {},
): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: constants(values),
    plugins: [unusedLit, compactStyles],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: `${ROOT}widget/${entry}`, formats: [format], name: 'BiuwerEmbed' },
      // Vite leaves the white space in ES modules of a library; nobody bundles these again.
      rolldownOptions: { output: { minify: true } },
    },
  })
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output : []))
  const [chunk, ...others] = chunks
  if (chunk?.type !== 'chunk' || others.length > 0) throw new Error(`${entry} is not one script`)
  // Terser takes another 2 % off; without that the tag is over its budget.
  const { code } = await minify(chunk.code, {
    module: format === 'es',
    ecma: 2020,
    compress: COMPRESS,
    mangle: { properties: { regex: internal } },
  })
  if (!code) throw new Error(`${entry} is empty`)
  return code
}

const digest = (algorithm: 'sha256' | 'sha384', text: string) =>
  `${algorithm}-${createHash(algorithm).update(text).digest('base64')}`

/** Prints the size of a file, in bytes of gzip -9, and fails where it is over its budget. */
const weigh = (name: string, text: string, most: number) => {
  const bytes = gzipSync(text, { level: 9 }).length
  console.log(`${name.padEnd(22)} ${text.length} B, ${bytes} B gzipped of ${most}`)
  if (bytes > most) throw new Error(`${name} is ${bytes - most} B over its budget`)
}

const frameScript = await bundle('frame-document/frame.ts', 'iife')
if (/<\/script|<!--/i.test(frameScript)) throw new Error('the frame script cannot stand inside a document')
const frameHash = digest('sha256', frameScript)

// The worker fills in what stands between percent signs, and puts the script's hash into the document's policy.
const frameDocument =
  '<!doctype html><html lang="en"><title>Biuwer</title>' +
  '<meta name="biuwer-instance" content="%BIUWER_INSTANCE%">' +
  '<meta name="biuwer-embedded-from" content="%EMBEDDED_FROM%">' +
  '<meta name="biuwer-exposed-frames" content="%EXPOSED_FRAMES%">' +
  '<meta name="biuwer-frame" content="%FRAME%">' +
  `<body><script>${frameScript}</script>`
const frameVersion = `${VERSION}-${createHash('sha256').update(frameDocument).digest('hex').slice(0, 12)}`
const html = frameDocument.replace('%FRAME%', () => frameVersion)

const diagnosis = await bundle('diagnosis/diagnosis.ts', 'es', { FRAME_VERSION: frameVersion })
const languages = await bundle('panel/messages/languages.ts', 'es')
const known = {
  FRAME_VERSION: frameVersion,
  DIAGNOSIS: { path: `/v${VERSION}/diagnosis.js`, integrity: digest('sha256', diagnosis) },
  LANGUAGES: { path: `/v${VERSION}/languages.js`, integrity: digest('sha256', languages) },
}
const [esm, iife] = await Promise.all([
  bundle('cdn/biuwer-embed.ts', 'es', known),
  bundle('cdn/biuwer-embed.iife.ts', 'iife', known),
])
const scripts = { 'biuwer-embed.js': esm, 'biuwer-embed.iife.js': iife }
const integrity = Object.fromEntries(
  Object.entries({ ...scripts, 'diagnosis.js': diagnosis, 'languages.js': languages }).map(([name, text]) => [
    name,
    digest('sha384', text),
  ]),
)

await mkdir(`${CDN}/v${VERSION}`, { recursive: true })
await Promise.all([
  ...Object.entries(scripts).flatMap(([name, text]) => [
    writeFile(`${CDN}/${name}`, text),
    writeFile(`${CDN}/v${VERSION}/${name}`, text),
  ]),
  writeFile(`${CDN}/v${VERSION}/integrity.json`, `${JSON.stringify(integrity, null, 2)}\n`),
  writeFile(`${CDN}/v${VERSION}/diagnosis.js`, diagnosis),
  writeFile(`${CDN}/v${VERSION}/languages.js`, languages),
  writeFile(
    `${ROOT}dist/frame.json`,
    JSON.stringify({ html, script_sha256: frameHash, version: frameVersion }),
  ),
])

for (const [name, text] of Object.entries(scripts)) weigh(name, text, 10_520)
weigh('diagnosis.js', diagnosis, 5_780)
weigh('languages.js', languages, 3_000)
weigh('frame document', html, 2_560)
