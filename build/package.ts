/** Assembles the npm package in dist/package: `node build/package.ts`. */
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration'
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration'
import { build } from 'vite'
import { jsxTypes, vueTypes } from './framework-types.ts'
import { declarationIn, elementManifest } from './manifest.ts'
import { withTables } from './tag-reference.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const packed = `${root}dist/package`
const { version, license, description, keywords, dependencies } = JSON.parse(
  await readFile(`${root}package.json`, 'utf8'),
)
const frame = JSON.parse(await readFile(`${root}dist/frame.json`, 'utf8'))
const compile = (project: string) =>
  execFileSync(`${root}node_modules/.bin/tsc`, ['-p', `${root}${project}`], { stdio: 'inherit' })

await rm(packed, { recursive: true, force: true })
await mkdir(packed, { recursive: true })

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  define: { FRAME_VERSION: JSON.stringify(frame.version) },
  build: {
    outDir: packed,
    emptyOutDir: false,
    target: 'es2022',
    minify: false,
    lib: {
      entry: Object.fromEntries(
        ['index', 'define', 'react'].map((name) => [name, `${root}widget/npm/${name}.ts`]),
      ),
      formats: ['es'],
    },
    rolldownOptions: {
      external: ['lit', 'react'],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
})
// Bundlers that know server components take the component for the browser's side.
const react = await readFile(`${packed}/react.js`, 'utf8')
await writeFile(`${packed}/react.js`, `'use client'\n${react}`)
compile('widget/npm/tsconfig.types.json')
compile('client/tsconfig.package.json')

const manifest = await elementManifest()
const element = declarationIn(manifest)
await writeFile(`${packed}/custom-elements.json`, `${JSON.stringify(manifest, null, 2)}\n`)
const quiet = { outdir: packed, hideLogs: true }
generateVsCodeCustomElementData(manifest, quiet)
generateJetBrainsWebTypes(manifest, { ...quiet, packageJson: false })
await writeFile(`${packed}/jsx.d.ts`, jsxTypes(element))
await writeFile(`${packed}/vue.d.ts`, vueTypes(element))

const page = `${root}docs/tag.md`
const reference = withTables(await readFile(page, 'utf8'), element)
await writeFile(page, reference)

const entry = (name: string) => ({ types: `./types/widget/npm/${name}.d.ts`, default: `./${name}.js` })
const json = {
  name: 'biuwer-embed',
  version,
  description,
  keywords,
  license,
  type: 'module',
  engines: { node: '>=20.3' },
  sideEffects: ['./define.js', './react.js'],
  customElements: 'custom-elements.json',
  'web-types': './web-types.json',
  exports: {
    '.': entry('index'),
    './define': entry('define'),
    './react': entry('react'),
    './jsx': { types: './jsx.d.ts' },
    './vue': { types: './vue.d.ts' },
    './server': { types: './server/index.d.ts', default: './server/index.js' },
    './custom-elements.json': './custom-elements.json',
    './package.json': './package.json',
  },
  dependencies: { lit: `^${dependencies.lit}` },
  peerDependencies: { react: '>=18', '@types/react': '>=18', vue: '>=3.5' },
  peerDependenciesMeta: {
    react: { optional: true },
    '@types/react': { optional: true },
    vue: { optional: true },
  },
}
await Promise.all([
  writeFile(`${packed}/package.json`, `${JSON.stringify(json, null, 2)}\n`),
  writeFile(`${packed}/README.md`, reference),
  copyFile(`${root}LICENSE`, `${packed}/LICENSE`),
])
